package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** In which order two texts have the content words and numbers that they share. */
final class SharedOrder {
    private SharedOrder() {}

    /** Whether the shared content words and numbers come in the same order in both texts. */
    static boolean isSame(Alignment pair) {
        int last = -1;
        for (int id : ids(pair)) {
            if (id >= 0) {
                if (id < last) {
                    return false;
                }
                last = id;
            }
        }
        return true;
    }

    /**
     * Indexes in the asked text of the two words that have changed places, the others keeping theirs; empty where none
     * or more have.
     */
    static List<Integer> exchanged(Alignment pair) {
        int[] ids = ids(pair);
        int[] sorted = Arrays.stream(ids).filter(id -> id >= 0).sorted().toArray();
        List<Integer> moved = new ArrayList<>();
        int place = 0;
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] >= 0) {
                if (ids[i] != sorted[place]) {
                    moved.add(i);
                }
                place++;
            }
        }
        return moved.size() == 2 ? moved : List.of();
    }

    /** For every token of the asked text that takes part, the place of its partner; else -1. */
    static int[] ids(Alignment pair) {
        List<Token> asked = pair.asked().tokens();
        Set<String> unevenlyOften = unevenlyOften(asked, pair.cached().tokens());
        int[] ids = new int[asked.size()];
        for (int i = 0; i < ids.length; i++) {
            Token token = asked.get(i);
            int partner = token.isContent() || token.kind() == Token.Kind.NUMBER ? pair.partnerOfAsked(i) : -1;
            boolean paired = partner >= 0
                    && pair.partnerOfCached(partner) == i
                    && !unevenlyOften.contains(token.form())
                    && !unevenlyOften.contains(
                            pair.cached().tokens().get(partner).form());
            ids[i] = paired ? partner : -1;
        }
        return ids;
    }

    /** Which of two equal words is whose partner cannot be told when the other text has another number of them. */
    private static Set<String> unevenlyOften(List<Token> asked, List<Token> cached) {
        Map<String, Integer> balance = new HashMap<>();
        asked.forEach(token -> balance.merge(token.form(), 1, Integer::sum));
        cached.forEach(token -> balance.merge(token.form(), -1, Integer::sum));
        Set<String> repeated = new HashSet<>();
        repeats(asked, repeated);
        repeats(cached, repeated);
        repeated.removeIf(form -> balance.getOrDefault(form, 0) == 0);
        return repeated;
    }

    private static void repeats(List<Token> tokens, Set<String> repeated) {
        Set<String> seen = new HashSet<>();
        for (Token token : tokens) {
            if (token.isContent() && !seen.add(token.form())) {
                repeated.add(token.form());
            }
        }
    }
}
