package io.reprise.server.decision.guard;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Both texts name the same numbers, in the same units.
 *
 * <p>Numbers are a set: order and repetition are other guards' matter. "One", "first" and the like differ only from another number: "the
 * first one" and "the one" pass, "the first" and "the second" do not. A number in one text alone is a veto where the other text is nearly
 * that text without it.
 */
final class NumberGuard implements Guard {
    private static final int MOST_ALONE = 3;

    @Override
    public String name() {
        return "number";
    }

    @Override
    public boolean vetoes(Alignment pair) {
        List<Quantity> asked = pair.asked().quantities();
        List<Quantity> cached = pair.cached().quantities();
        if (asked.isEmpty() && cached.isEmpty()) {
            return false;
        }
        Missing inCached = missing(asked, cached);
        Missing inAsked = missing(cached, asked);
        if (!pair.isNear()) {
            return false;
        }
        if (inCached.any && inAsked.any) {
            return true;
        }
        int ofLackingText = inCached.any ? pair.contentOnlyCached() : pair.contentOnlyAsked();
        return (inCached.strong || inAsked.strong) && ofLackingText <= 1 && pair.contentOnlyOne() <= MOST_ALONE;
    }

    /**
     * @param any whether some number has no equal
     * @param strong whether a number that surely is one has none, or another unit
     */
    private record Missing(boolean any, boolean strong) {}

    private static Missing missing(List<Quantity> these, List<Quantity> those) {
        Set<String> values = new HashSet<>();
        Set<String> measures = new HashSet<>();
        for (Quantity other : those) {
            values.add(other.value());
            measures.add(other.value() + " " + other.unit());
        }
        boolean any = false;
        boolean strong = false;
        for (Quantity one : these) {
            // A number without a unit agrees with the same number in any unit.
            boolean found = one.unit() == null
                    ? values.contains(one.value())
                    : measures.contains(one.value() + " " + one.unit()) || measures.contains(one.value() + " null");
            any |= !found;
            strong |= !found && !one.weak();
        }
        return new Missing(any, strong);
    }
}
