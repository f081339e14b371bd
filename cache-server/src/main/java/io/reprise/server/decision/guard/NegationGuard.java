package io.reprise.server.decision.guard;

import java.util.List;

/**
 * Both texts deny the same.
 *
 * <p>Vetoed are: a negation in one text alone; in texts that otherwise agree, another number of them; negations whose words have changed
 * places ("smoke but not drink", "drink but not smoke"); and in texts that otherwise agree, a word of denial such as "avoid" in one
 * alone. "Unhappy" counts as a negation beside "happy", so that "not happy" and "unhappy" agree.
 */
final class NegationGuard implements Guard {
    private static final int NEARLY_SAME = 2;

    @Override
    public String name() {
        return "negation";
    }

    @Override
    public boolean vetoes(Alignment pair) {
        List<Token> asked = pair.asked().tokens();
        List<Token> cached = pair.cached().tokens();
        int inAsked = pair.asked().negations().count();
        int inCached = pair.cached().negations().count();
        if (inAsked != inCached) {
            int prefixAsked = Opposites.negatedIn(pair.onlyAsked(), pair.onlyCached());
            int prefixCached = Opposites.negatedIn(pair.onlyCached(), pair.onlyAsked());
            // "Unhappy" denies once beside "happy", "not unhappy" twice.
            boolean evenly = (inAsked + prefixAsked + inCached + prefixCached) % 2 == 0;
            if (prefixAsked + prefixCached > 0 && evenly) {
                return false;
            }
            return Math.min(inAsked, inCached) == 0
                    ? pair.contentOnlyOne() <= NEARLY_SAME
                            && !saidOtherwise(inAsked > 0 ? pair.onlyCached() : pair.onlyAsked())
                    : pair.contentOnlyOne() == 0;
        }
        return (inAsked > 0 && targetsSwapped(pair, asked, cached))
                || (inAsked == 0
                        && (onlySoft(pair.onlyAsked(), pair.contentOnlyCached())
                                || onlySoft(pair.onlyCached(), pair.contentOnlyAsked())));
    }

    /** Whether the text without negations denies by another word of its own: "avoid eating" for "not eat". */
    private static boolean saidOtherwise(List<Token> only) {
        for (Token token : only) {
            if (Negations.isSoft(token)) {
                return true;
            }
        }
        return false;
    }

    private static boolean onlySoft(List<Token> only, int contentOfOther) {
        boolean soft = false;
        for (Token token : only) {
            soft |= Negations.isSoft(token);
        }
        return soft && contentOfOther == 0;
    }

    /** Whether a word denied in one text is affirmed in the other, both ways. */
    private static boolean targetsSwapped(Alignment pair, List<Token> asked, List<Token> cached) {
        return affirmed(asked, pair.asked().negations(), cached, pair.cached().negations(), pair, true)
                && affirmed(
                        cached, pair.cached().negations(), asked, pair.asked().negations(), pair, false);
    }

    private static boolean affirmed(
            List<Token> these,
            Negations denied,
            List<Token> those,
            Negations deniedThere,
            Alignment pair,
            boolean fromAsked) {
        for (int place : denied.places()) {
            int target = Negations.target(these, place);
            int partner = target < 0 ? -1 : fromAsked ? pair.partnerOfAsked(target) : pair.partnerOfCached(target);
            if (partner >= 0 && !isTarget(those, deniedThere, partner)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTarget(List<Token> tokens, Negations negations, int index) {
        for (int place : negations.places()) {
            if (Negations.target(tokens, place) == index || Math.abs(place - index) <= NEARLY_SAME) {
                return true;
            }
        }
        return false;
    }
}
