package io.reprise.server.decision.guard;

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

    /** Whether two of the words they share have changed places around others that have not. */
    static boolean isExchange(Alignment pair) {
        int[] places = Arrays.stream(ids(pair)).filter(id -> id >= 0).toArray();
        int[] sorted = places.clone();
        Arrays.sort(sorted);
        int first = -1;
        int second = -1;
        int moved = 0;
        for (int i = 0; i < places.length; i++) {
            if (places[i] != sorted[i]) {
                first = first < 0 ? i : first;
                second = i;
                moved++;
            }
        }
        return moved == 2 && second - first > 1;
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
