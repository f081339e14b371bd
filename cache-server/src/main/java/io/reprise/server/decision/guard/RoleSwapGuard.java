package io.reprise.server.decision.guard;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who does what to whom, and where from and to, is the same.
 *
 * <p>Judged where the texts have the same words, to the last article. Vetoed are two words that have changed places
 * around others
 * and cannot mean the same there (see {@link WordOrder}), and two words that have exchanged their prepositions ("from
 * A to B", "to A from
 * B"). Words joined by "and", or compared, may stand in any order.
 */
final class RoleSwapGuard implements Guard {
    private static final Set<String> DIRECTED = Set.of("to", "into", "onto", "from", "than", "over", "before", "after");

    @Override
    public String name() {
        return "role-swap";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        if (!pair.onlyAsked().isEmpty() || !pair.onlyCached().isEmpty() || pair.sharedContent() < 2) {
            return null;
        }
        boolean swapped = prepositionsExchanged(pair)
                || (isExchange(pair) && !WordOrder.mayBeSymmetric(pair) && !WordOrder.isEquivalent(pair));
        return swapped ? "the same words in other places" : null;
    }

    /** Whether two words have changed places, with another that the texts share or a word of direction between them. */
    private static boolean isExchange(Alignment pair) {
        List<Integer> places = SharedOrder.exchanged(pair);
        if (places.isEmpty()) {
            return false;
        }
        for (Token between : pair.asked().tokens().subList(places.getFirst() + 1, places.getLast())) {
            if (between.isContent() || DIRECTED.contains(between.lower())) {
                return true;
            }
        }
        return false;
    }

    private static boolean prepositionsExchanged(Alignment pair) {
        List<Token> asked = pair.asked().tokens();
        List<Token> cached = pair.cached().tokens();
        String firstAsked = "";
        String firstCached = "";
        for (int i = 0; i < asked.size(); i++) {
            int partner = asked.get(i).isContent() ? pair.partnerOfAsked(i) : -1;
            if (partner < 0) {
                continue;
            }
            String one = prepositionBefore(asked, i);
            String other = prepositionBefore(cached, partner);
            if (one.isEmpty() || other.isEmpty() || one.equals(other)) {
                continue;
            }
            if (one.equals(firstCached) && other.equals(firstAsked)) {
                return true;
            }
            firstAsked = one;
            firstCached = other;
        }
        return false;
    }

    private static String prepositionBefore(List<Token> tokens, int at) {
        for (int i = at - 1; i >= 0 && i >= at - 2; i--) {
            if (WordOrder.isPreposition(tokens.get(i))) {
                return tokens.get(i).lower();
            }
            if (tokens.get(i).isContent() || tokens.get(i).isMark()) {
                return "";
            }
        }
        return "";
    }
}
