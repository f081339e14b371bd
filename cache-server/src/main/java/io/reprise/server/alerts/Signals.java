package io.reprise.server.alerts;

import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.requests.HourSums;
import io.reprise.server.requests.Slots;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Decides what is unusual. Pure: everything it looks at is given.
 *
 * <p>The last hour is compared with the same time of up to four earlier weeks; before the log has seven days nothing is compared. Spend
 * is a spike from the median and six deviations on. The deviation is of all hours of the last week from the medians of theirs, since four
 * samples say little of it; and a spike must be more than the median by a quarter of what an hour costs at all, so that a night's two calls
 * instead of none ring nothing.
 */
final class Signals {
    private static final int LEAST_DAYS = 7;
    private static final int WEEKS = 4;
    private static final double DEVIATIONS = 6;
    private static final double LEAST_DEVIATION = 0.15;
    private static final double UNKNOWN_DEVIATION = 0.25;
    private static final int LEAST_RATIOS = 24;
    private static final double LEAST_SHARE_OF_USUAL_HOUR = 0.25;
    private static final long LEAST_LOOKUPS = 100;
    private static final double LEAST_FALL = 0.2;
    private static final long LEAST_UPSTREAM_CALLS = 20;

    private final Map<Long, HourSums> hours;
    private final Instant now;

    /**
     * @param hours sums of the last five weeks by hours since 1970; hours without calls may be absent
     * @param now the time
     */
    Signals(Map<Long, HourSums> hours, Instant now) {
        this.hours = hours;
        this.now = now;
    }

    /** Whether the last hour has cost unusually much. */
    Optional<Alert> spendSpike(Slots.Sums lastHour) {
        if (!isKnown()) {
            return Optional.empty();
        }
        Baseline usual = usual(HourSums::spentPicoDollars);
        double anyHour = Baseline.of(hours.values().stream()
                        .mapToDouble(HourSums::spentPicoDollars)
                        .toArray())
                .median();
        double spread = DEVIATIONS * usual.median() * relativeDeviation();
        double spent = lastHour.spentPicoDollars();
        if (spent <= usual.median() + spread || spent - usual.median() < LEAST_SHARE_OF_USUAL_HOUR * anyHour) {
            return Optional.empty();
        }
        return Optional.of(alert(
                Alert.Cause.SPEND_SPIKE,
                day(),
                "The last hour has cost %s US dollars; the same hours of earlier weeks cost %s in the median."
                        .formatted(
                                PicoDollars.toUsd(lastHour.spentPicoDollars()),
                                PicoDollars.toUsd(Math.round(usual.median())))));
    }

    /** Whether the cache has answered unusually few calls in the last hour. */
    Optional<Alert> hitRate(Slots.Sums lastHour) {
        long lookups = lastHour.hits() + lastHour.misses();
        if (!isKnown() || lookups < LEAST_LOOKUPS) {
            return Optional.empty();
        }
        Baseline usual = usual(hour ->
                hour.hits() + hour.misses() == 0 ? Double.NaN : (double) hour.hits() / (hour.hits() + hour.misses()));
        double rate = (double) lastHour.hits() / lookups;
        double fall = usual.median() - rate;
        if (Double.isNaN(fall) || fall < Math.max(LEAST_FALL, DEVIATIONS * usual.deviation())) {
            return Optional.empty();
        }
        return Optional.of(alert(
                Alert.Cause.HIT_RATE,
                day(),
                String.format(
                        Locale.ROOT,
                        "In the last hour %.0f %% of looked-up calls were hits; in the same hours of earlier weeks %.0f %%.",
                        100 * rate,
                        100 * usual.median())));
    }

    /** Whether upstream has failed often in the last quarter of an hour; needs no history. */
    Optional<Alert> upstreamErrors(Slots.Sums lastQuarter, double rate) {
        if (lastQuarter.upstreamCalls() < LEAST_UPSTREAM_CALLS
                || lastQuarter.errors() == 0
                || lastQuarter.errors() < rate * lastQuarter.upstreamCalls()) {
            return Optional.empty();
        }
        return Optional.of(alert(
                Alert.Cause.UPSTREAM_ERRORS,
                now.truncatedTo(ChronoUnit.HOURS).toString(),
                "%d of the last %d calls upstream have failed."
                        .formatted(lastQuarter.errors(), lastQuarter.upstreamCalls())));
    }

    private boolean isKnown() {
        long current = Math.floorDiv(now.toEpochMilli(), HourSums.MILLIS);
        return hours.keySet().stream().anyMatch(hour -> hour <= current - LEAST_DAYS * 24L - 1);
    }

    /** The last hour lies in two of the clock; of each earlier week, both count by how much of them it covers. */
    private Baseline usual(ToDoubleFunction<HourSums> measure) {
        long current = Math.floorDiv(now.toEpochMilli(), HourSums.MILLIS);
        double passed = (double) Math.floorMod(now.toEpochMilli(), HourSums.MILLIS) / HourSums.MILLIS;
        long first = hours.keySet().stream().min(Long::compare).orElse(current);
        List<Double> samples = new ArrayList<>();
        for (int week = 1; week <= WEEKS; week++) {
            long hour = current - week * 7L * 24;
            double sample = passed * measure.applyAsDouble(hours.getOrDefault(hour, HourSums.NONE))
                    + (1 - passed) * measure.applyAsDouble(hours.getOrDefault(hour - 1, HourSums.NONE));
            if (hour - 1 >= first && !Double.isNaN(sample)) {
                samples.add(sample);
            }
        }
        return samples.isEmpty() ? new Baseline(Double.NaN, 0) : Baseline.of(array(samples));
    }

    /** How much the hours of the last week have differed from the medians of theirs in the weeks before, as a share of these. */
    private double relativeDeviation() {
        long current = Math.floorDiv(now.toEpochMilli(), HourSums.MILLIS);
        List<Double> ratios = new ArrayList<>();
        for (long hour = current - LEAST_DAYS * 24L; hour < current; hour++) {
            List<Double> before = new ArrayList<>();
            for (int week = 1; week < WEEKS; week++) {
                HourSums sums = hours.get(hour - week * 7L * 24);
                if (sums != null && sums.spentPicoDollars() > 0) {
                    before.add((double) sums.spentPicoDollars());
                }
            }
            if (!before.isEmpty()) {
                double median = Baseline.of(array(before)).median();
                ratios.add(hours.getOrDefault(hour, HourSums.NONE).spentPicoDollars() / median);
            }
        }
        return ratios.size() < LEAST_RATIOS
                ? UNKNOWN_DEVIATION
                : Math.max(LEAST_DEVIATION, Baseline.of(array(ratios)).deviation());
    }

    private static double[] array(List<Double> samples) {
        return samples.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private String day() {
        return now.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }

    private Alert alert(Alert.Cause cause, String window, String text) {
        return new Alert(cause, "", window, now, text);
    }
}
