package io.reprise.benchmarks.quality;

import io.reprise.server.decision.Calibration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** A policy that replays try, at one setting or at several. */
sealed interface TriedPolicy {
    /** Probabilities from low to high, denser where few are wrong. */
    List<Double> PROBABILITIES = List.of(
            0.10, 0.20, 0.30, 0.40, 0.50, 0.60, 0.70, 0.75, 0.80, 0.825, 0.85, 0.875, 0.90, 0.925, 0.95, 0.96, 0.97,
            0.98, 0.985, 0.99, 0.995, 0.998);

    /** Those of them that have a column of their own. */
    List<Double> SHOWN = List.of(0.50, 0.80, 0.90, 0.95, 0.98);

    /** In tables and legends. */
    String name();

    /**
     * One that gives every pair a score and serves the highest one that reaches a cut-off. Every pair is scored once, whatever the number
     * of cut-offs.
     *
     * @param setting what a cut-off is one of, such as {@code cosine >=}
     * @param cutoffs all that are tried, ascending
     * @param shown those of them that have a column of their own in the wider tables
     * @param probability from a score to the probability that the pair means the same; null when it states none
     */
    record Swept(
            String name,
            String setting,
            PairScorer scorer,
            List<Double> cutoffs,
            List<Double> shown,
            @Nullable DoubleUnaryOperator probability)
            implements TriedPolicy {

        String settingText(double cutoff) {
            return setting + " " + number(cutoff);
        }
    }

    /**
     * One that learns while a stream goes on, and so has nothing to say of a pair alone.
     *
     * @param setting what a setting is one of
     * @param fresh makes one that has seen nothing yet
     */
    record Learning(String name, String setting, List<Double> settings, DoubleFunction<Trial> fresh)
            implements TriedPolicy {

        String settingText(double value) {
            return setting + " " + number(value);
        }
    }

    /** One of the server's own, at one setting. */
    record Fixed(String name, ProductPolicy policy) implements TriedPolicy {}

    /** One cosine cut-off for all. */
    static Swept cosine() {
        return new Swept(
                "static cosine",
                "cosine >=",
                (asked, stored) -> stored.cosine(),
                cosines(0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99),
                cosines(0.80, 0.90, 0.95, 0.98),
                Calibration.BUNDLED_MODEL::probability);
    }

    /**
     * A policy of the server's that states probabilities, at every cut-off.
     *
     * @param policy that states a probability of every candidate, whatever its own cut-off
     * @param cutoffs all that are tried, ascending
     */
    static Swept probabilities(String name, ProductPolicy policy, List<Double> cutoffs) {
        return new Swept(
                name,
                name + " >=",
                policy::score,
                cutoffs,
                cutoffs.stream().filter(SHOWN::contains).toList(),
                DoubleUnaryOperator.identity());
    }

    /** As floats, which cosines are, so that 0.95f reaches 0.95. */
    private static List<Double> cosines(double... cutoffs) {
        return Arrays.stream(cutoffs).map(cutoff -> (float) cutoff).boxed().toList();
    }

    private static String number(double value) {
        String digits = String.format(Locale.ROOT, "%.3f", value);
        return digits.endsWith("0") ? digits.substring(0, digits.length() - 1) : digits;
    }
}
