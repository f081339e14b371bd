package io.reprise.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Two things measured in turns, so that what the machine does besides hits both: each round measures both, every second one in
 * the other order, and they are compared within their round. Not thread-safe.
 */
public final class AlternatingRounds {

    /** One measurement of each. */
    public record Round(double ours, double theirs) {}

    private final List<Round> rounds = new ArrayList<>();

    /** Measures both once. */
    public void measure(DoubleSupplier ours, DoubleSupplier theirs) {
        if (rounds.size() % 2 == 0) {
            double a = ours.getAsDouble();
            add(a, theirs.getAsDouble());
        } else {
            double b = theirs.getAsDouble();
            add(ours.getAsDouble(), b);
        }
    }

    /** Adds a round that was measured elsewhere; {@code theirs} is positive. */
    public void add(double ours, double theirs) {
        rounds.add(new Round(ours, theirs));
    }

    /** Ours as a multiple of theirs. */
    public MedianEstimate ratio() {
        return MedianEstimate.of(rounds.stream()
                .mapToDouble(round -> round.ours() / round.theirs())
                .toArray());
    }

    /** Ours less theirs. */
    public MedianEstimate difference() {
        return MedianEstimate.of(rounds.stream()
                .mapToDouble(round -> round.ours() - round.theirs())
                .toArray());
    }

    public MedianEstimate ours() {
        return MedianEstimate.of(rounds.stream().mapToDouble(Round::ours).toArray());
    }

    public MedianEstimate theirs() {
        return MedianEstimate.of(rounds.stream().mapToDouble(Round::theirs).toArray());
    }
}
