package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Token.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Several words that stand for one, or for nothing: {@code united states > america}, {@code could you tell me >}.
 *
 * <p>The longest phrase that fits wins. One that stands for nothing makes its words fillers; one that stands for words puts those in
 * its place.
 */
final class Phrases {
    static final Phrases ENGLISH = new Phrases(Lexicon.ENGLISH, "phrases.txt");

    private record Phrase(List<String> words, List<String> meaning) {}

    private final Lexicon lexicon;
    private final Map<String, List<Phrase>> byFirstWord = new HashMap<>();

    private Phrases(Lexicon lexicon, String resource) {
        this.lexicon = lexicon;
        for (String line : WordFile.text(resource)) {
            int divide = line.indexOf('>');
            if (divide < 0) {
                throw new IllegalStateException("a phrase needs '>': " + line);
            }
            List<String> meaning = words(line.substring(divide + 1));
            for (String phrase : line.substring(0, divide).split(",", -1)) {
                List<String> words = words(phrase);
                byFirstWord
                        .computeIfAbsent(words.getFirst(), first -> new ArrayList<>())
                        .add(new Phrase(words, meaning));
            }
        }
        byFirstWord
                .values()
                .forEach(list -> list.sort(Comparator.comparingInt((Phrase phrase) -> phrase.words.size())
                        .reversed()));
    }

    private List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .filter(word -> !word.isEmpty())
                .map(lexicon::spelling)
                .toList();
    }

    /** The tokens with every known phrase replaced. */
    List<Token> apply(List<Token> tokens) {
        List<Token> result = new ArrayList<>(tokens.size());
        int i = 0;
        while (i < tokens.size()) {
            Phrase phrase = at(tokens, i);
            if (phrase == null) {
                result.add(tokens.get(i));
                i++;
            } else {
                replace(tokens, i, phrase, result);
                i += phrase.words.size();
            }
        }
        return result;
    }

    private void replace(List<Token> tokens, int at, Phrase phrase, List<Token> result) {
        if (phrase.meaning.isEmpty()) {
            for (int i = 0; i < phrase.words.size(); i++) {
                Token token = tokens.get(at + i);
                result.add(token.as(token.lower(), token.form(), Role.FILLER));
            }
            return;
        }
        for (String word : phrase.meaning) {
            result.add(tokens.get(at).as(word, lexicon.form(word), lexicon.role(word)));
        }
    }

    private @Nullable Phrase at(List<Token> tokens, int at) {
        Token first = tokens.get(at);
        List<Phrase> candidates = first.isWord() ? byFirstWord.get(first.lower()) : null;
        if (candidates != null) {
            for (Phrase phrase : candidates) {
                if (fits(tokens, at, phrase.words)) {
                    return phrase;
                }
            }
        }
        return null;
    }

    private static boolean fits(List<Token> tokens, int at, List<String> words) {
        if (at + words.size() > tokens.size()) {
            return false;
        }
        for (int i = 1; i < words.size(); i++) {
            Token token = tokens.get(at + i);
            if (!token.isWord() || !token.lower().equals(words.get(i))) {
                return false;
            }
        }
        return true;
    }
}
