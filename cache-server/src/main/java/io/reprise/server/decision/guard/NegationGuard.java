package io.reprise.server.decision.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Both texts deny the same.
 *
 * <p>Vetoed are, in texts that are equal but for little: a negation that one text has alone; negations whose words
 * have changed places
 * ("smoke but not drink", "drink but not smoke"); and a word of denial such as "avoid" in one alone. "Unhappy" counts
 * as a negation
 * beside "happy", so that "not happy" and "unhappy" agree.
 */
final class NegationGuard implements Guard {
    private static final int NEARLY_SAME = 2;

    @Override
    public String name() {
        return "negation";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        List<Token> asked = pair.asked().tokens();
        List<Token> cached = pair.cached().tokens();
        int inAsked = pair.asked().negations().count();
        int inCached = pair.cached().negations().count();
        if (!pair.hasFewOthers()) {
            return null;
        }
        if (inAsked == 0 && inCached == 0 && pair.isEdit()) {
            boolean softAsked = onlySoft(pair.onlyAsked(), pair.contentOnlyAsked(), pair.contentOnlyCached());
            return softAsked || onlySoft(pair.onlyCached(), pair.contentOnlyCached(), pair.contentOnlyAsked())
                    ? Difference.only(softAsked, "a word that denies")
                    : null;
        }
        if (pair.contentOnlyOne() > 0) {
            return null;
        }
        if (inAsked != inCached) {
            if (!pair.isEdit()) {
                return null;
            }
            int prefixAsked = Opposites.negatedIn(pair.onlyAsked(), pair.onlyCached());
            int prefixCached = Opposites.negatedIn(pair.onlyCached(), pair.onlyAsked());
            // "Unhappy" denies once beside "happy", "not unhappy" twice.
            boolean evenly = (inAsked + prefixAsked + inCached + prefixCached) % 2 == 0;
            boolean undone = prefixAsked + prefixCached > 0 && evenly;
            boolean otherwise = saidOtherwise(inAsked > inCached ? pair.onlyCached() : pair.onlyAsked());
            return undone || otherwise ? null : Difference.only(inAsked > inCached, "a negation");
        }
        return inAsked > 0 && targetsSwapped(pair, asked, cached) ? "something else is denied" : null;
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

    /** Whether a text has a word such as "avoid" alone, and neither another word of content. */
    private static boolean onlySoft(List<Token> only, int content, int contentOfOther) {
        return content == 1
                && contentOfOther == 0
                && only.stream().anyMatch(token -> token.isContent() && Negations.isSoft(token));
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
