package io.reprise.server.decision.guard;

import java.util.List;

/**
 * Who does what to whom, and where from and to, is the same.
 *
 * <p>Judged where the texts share all but {@value #MOST_ALONE} content words. Vetoed are: an order of the shared words that cannot mean the
 * same (see {@link WordOrder}), which beside other words must be an exchange of two, since paraphrases move words too; two words that have exchanged their prepositions ("from A to B", "to A from B"); an active and a passive
 * in the same order ("A causes B", "A is caused by B").
 */
final class RoleSwapGuard implements Guard {
    private static final int MOST_ALONE = 2;

    @Override
    public String name() {
        return "role-swap";
    }

    @Override
    public boolean vetoes(Alignment pair) {
        if (pair.sharedContent() < 2 || pair.contentOnlyAsked() + pair.contentOnlyCached() > MOST_ALONE) {
            return false;
        }
        if (SharedOrder.isSame(pair)) {
            return prepositionsExchanged(pair) || voiceDiffers(pair);
        }
        return (pair.contentOnlyOne() == 0 || SharedOrder.isExchange(pair)) && !WordOrder.isEquivalent(pair);
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

    private static boolean voiceDiffers(Alignment pair) {
        return pair.contentOnlyAsked() + pair.contentOnlyCached() == 0
                && hasBy(pair.onlyAsked()) != hasBy(pair.onlyCached())
                && pair.sharedContent() >= 3;
    }

    private static boolean hasBy(List<Token> only) {
        return only.stream().anyMatch(token -> token.lower().equals("by"));
    }
}
