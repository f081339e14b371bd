package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Words and phrases that tie an answer to the moment at which it is asked for. */
final class TimeWords {
    private static final Map<String, List<List<String>>> PHRASES = new HashMap<>();

    static {
        for (List<String> line : WordFile.lines("time-words.txt")) {
            PHRASES.merge(line.getFirst(), List.of(line), (a, b) -> {
                List<List<String>> both = new ArrayList<>(a);
                both.addAll(b);
                return List.copyOf(both);
            });
        }
    }

    private TimeWords() {}

    static boolean in(List<Token> tokens) {
        for (int i = 0; i < tokens.size(); i++) {
            if (tokens.get(i).isWord()) {
                for (List<String> phrase : PHRASES.getOrDefault(tokens.get(i).lower(), List.of())) {
                    if (fits(tokens, i, phrase)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean fits(List<Token> tokens, int at, List<String> phrase) {
        for (int i = 0; i < phrase.size(); i++) {
            if (at + i >= tokens.size() || !tokens.get(at + i).lower().equals(phrase.get(i))) {
                return false;
            }
        }
        return true;
    }
}
