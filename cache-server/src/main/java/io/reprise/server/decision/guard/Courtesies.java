package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may be said beside a question without asking for anything else: greetings, thanks, excuses. */
final class Courtesies {
    private static final int LONGEST_PLACE = 4;
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
