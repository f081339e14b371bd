package io.reprise.server.telemetry;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the server fared, minute by minute for a day and hour by hour for a month: samples of numbers that only grow, and of those that
 * hold at a moment. In memory alone, so that it begins anew with the process. Thread-safe.
 */
public final class Course {
    /** How often {@link #sample} is to be called. */
    public static final Duration STEP = Duration.ofMinutes(1);

    private static final int MINUTES = 24 * 60;
    private static final int HOURS = 31 * 24;

    /**
     * The server at a moment. Counts and money are totals of all calls on record, of which only differences tell something.
     *
     * @param p50Millis median time that lookups took of late, 0 or more; null when none was
     * @param p99Millis as {@code p50Millis}, for the slowest in a hundred
     * @param bound on the share of wrong hits, 0 to 1; null where there is none
     * @param expected share of wrong hits by the calibration, 0 to 1; null where there is none
     * @param cutoff probability that a hit has to reach; null where nothing is served by meaning
     */
    public record Sample(
            Instant at,
            long calls,
            long exact,
            long semantic,
            long coalesced,
            long misses,
            long bypasses,
            long spentPicoDollars,
            long savedPicoDollars,
            @Nullable Double p50Millis,
            @Nullable Double p99Millis,
            @Nullable Double bound,
            @Nullable Double expected,
            @Nullable Double cutoff) {}

    private final Deque<Sample> minutes = new ArrayDeque<>(MINUTES);
    private final Deque<Sample> hours = new ArrayDeque<>(HOURS);
    private final Supplier<Sample> source;
    private final Clock clock;

    /**
     * @param source takes a sample; may wait for a disk
     */
    public Course(Supplier<Sample> source, Clock clock) {
        this.source = source;
        this.clock = clock;
    }

    /** Takes a sample and keeps it; may wait as its source does. */
    public void sample() {
        Sample sample = source.get();
        synchronized (this) {
            keep(minutes, sample, MINUTES);
            Sample last = hours.peekLast();
            if (last == null || !sample.at().isBefore(last.at().plus(Duration.ofHours(1)))) {
                keep(hours, sample, HOURS);
            }
        }
    }

    /** The samples of the time before now, oldest first, and one of now. May wait as the source does. */
    public List<Sample> last(Duration time) {
        Sample now = source.get();
        Instant from = clock.instant().minus(time);
        List<Sample> course = new ArrayList<>();
        synchronized (this) {
            // Minutes tell more, as long as they reach back as far.
            boolean young = minutes.size() < MINUTES;
            Deque<Sample> kept = young || time.compareTo(STEP.multipliedBy(MINUTES)) <= 0 ? minutes : hours;
            kept.stream().filter(sample -> !sample.at().isBefore(from)).forEach(course::add);
        }
        course.add(now);
        return course;
    }

    private static void keep(Deque<Sample> samples, Sample sample, int most) {
        if (samples.size() == most) {
            samples.removeFirst();
        }
        samples.addLast(sample);
    }
}
