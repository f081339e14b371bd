package io.reprise.server.decision.guard;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Both texts name the same numbers, in the same units.
 *
 * <p>Numbers are a set: order and repetition are other guards' matter. "One", "first" and the like differ only from
 * another number: "the
 * first one" and "the one" pass, "the first" and "the second" do not. Judged where the texts are equal but for little;
 * a number in one
 * text alone may bring one word with it ("in 100 words").
 */
final class NumberGuard implements Guard {
    private static final int MOST_COUNTED = 1;

    @Override
    public String name() {
        return "number";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        List<Quantity> asked = pair.asked().quantities();
        List<Quantity> cached = pair.cached().quantities();
        if (asked.isEmpty() && cached.isEmpty()) {
            return null;
        }
        Missing inCached = missing(asked, pair.cached());
        Missing inAsked = missing(cached, pair.asked());
        if (!pair.isEdit()) {
            return null;
        }
        boolean exchanged = inCached.any && inAsked.any;
        boolean added = (inCached.strong || inAsked.strong) && pair.contentOnlyOne() <= MOST_COUNTED;
        return exchanged || added ? Difference.between("another number", inCached.values, inAsked.values) : null;
    }

    /**
     * @param any whether some number has no equal
     * @param strong whether a number that surely is one, and no year, has none, or another unit
     * @param values those numbers, as a person reads them
     */
    private record Missing(boolean any, boolean strong, String values) {}

    /** A year in one text alone is often the one that the other text means. */
    private static boolean isYear(Quantity one) {
        String value = one.value();
        return one.unit() == null && value.length() == 4 && (value.startsWith("19") || value.startsWith("20"));
    }

    private static Missing missing(List<Quantity> these, Reading other) {
        Set<String> values = new HashSet<>();
        Set<String> measures = new HashSet<>();
        for (Quantity that : other.quantities()) {
            values.add(that.value());
            measures.add(that.value() + " " + that.unit());
        }
        boolean any = false;
        boolean strong = false;
        var missing = new StringJoiner(", ");
        for (Quantity one : these) {
            // A number without a unit agrees with the same number in a unit that its text names elsewhere: "5 to 10
            // km".
            boolean found = one.unit() == null
                    ? values.contains(one.value())
                    : measures.contains(one.value() + " " + one.unit())
                            || (measures.contains(one.value() + " null") && other.names(one.unit()));
            if (!found) {
                missing.add(one.unit() == null ? one.value() : one.value() + " " + one.unit());
            }
            any |= !found;
            strong |= !found && !one.weak() && !isYear(one);
        }
        return new Missing(any, strong, missing.toString());
    }
}
