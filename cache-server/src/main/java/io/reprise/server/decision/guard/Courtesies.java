package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What may be said beside a question without asking for anything else: greetings, thanks, excuses. */
final class Courtesies {
    private static final int LONGEST_PLACE = 4;

    private static final int LONGEST_THANKS = 6;
    private static final Set<String> THANKS = Set.of("thanks", "thank", "many", "cheers", "thx", "regards", "best");
    /** By first word, longest first. */
    private static final Map<String, List<List<String>>> PHRASES = new HashMap<>();

    static {
        for (List<String> phrase : WordFile.lines("courtesies.txt")) {
            List<String> spelt = phrase.stream().map(Lexicon.ENGLISH::spelling).toList();
            PHRASES.computeIfAbsent(spelt.getFirst(), first -> new ArrayList<>())
                    .add(spelt);
        }
        PHRASES.values()
                .forEach(list -> list.sort(Comparator.comparingInt((List<String> words) -> words.size())
                        .reversed()));
    }

    private Courtesies() {}

    /** Whether a sentence is nothing but courtesy, and says some. */
    static boolean isSaid(List<Token> sentence) {
        for (int i = 0; i < sentence.size(); i++) {
            if (at(sentence, i) != null) {
                return isOne(sentence);
            }
        }
        return false;
    }

    /** How many tokens at the beginning are a courtesy that a comma ends, as in "Hi, what is". */
    static int greeting(List<Token> tokens) {
        List<String> phrase = tokens.isEmpty() ? null : at(tokens, 0);
        return phrase != null
                        && phrase.size() < tokens.size()
                        && tokens.get(phrase.size()).kind() == Token.Kind.BREAK
                ? phrase.size() + 1
                : 0;
    }

    /** How many tokens at the end are thanks that no mark divides from what is said, as in "write a poem thanks". */
    static int thanks(List<Token> tokens) {
        int end = tokens.size();
        while (end > 0 && tokens.get(end - 1).isMark()) {
            end--;
        }
        for (int begin = Math.max(0, end - LONGEST_THANKS); begin < end; begin++) {
            List<String> phrase = THANKS.contains(tokens.get(begin).lower()) ? at(tokens, begin) : null;
            if (phrase != null && begin + phrase.size() == end) {
                return tokens.size() - begin;
            }
        }
        return 0;
    }

    /** Whether a sentence is nothing but courtesy. */
    static boolean isOne(List<Token> sentence) {
        int i = 0;
        while (i < sentence.size()) {
            List<String> phrase = at(sentence, i);
            if (phrase != null) {
                i += phrase.size();
                // "Cheers from Cape Town".
                if (i < sentence.size() && sentence.get(i).lower().equals("from")) {
                    return sentence.size() - i <= LONGEST_PLACE;
                }
            } else if (saysSomething(sentence.get(i))) {
                return false;
            } else {
                i++;
            }
        }
        return true;
    }

    private static boolean saysSomething(Token token) {
        return token.isContent() || token.kind() == Token.Kind.NUMBER || (token.isWord() && Negations.isNegator(token));
    }

    private static @Nullable List<String> at(List<Token> sentence, int at) {
        for (List<String> phrase : PHRASES.getOrDefault(sentence.get(at).lower(), List.of())) {
            if (fits(sentence, at, phrase)) {
                return phrase;
            }
        }
        return null;
    }

    private static boolean fits(List<Token> sentence, int at, List<String> phrase) {
        if (at + phrase.size() > sentence.size()) {
            return false;
        }
        for (int i = 0; i < phrase.size(); i++) {
            if (!sentence.get(at + i).lower().equals(phrase.get(i))) {
                return false;
            }
        }
        return true;
    }
}
