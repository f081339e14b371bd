package io.reprise.benchmarks.quality;

import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.decision.HitPolicy;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;

/**
 * A policy that is tried out.
 *
 * @param name in the tables
 * @param fresh makes one that has seen nothing yet
 * @param maxWrongRate what callers accept
 */
record TriedPolicy(String name, Supplier<HitPolicy> fresh, double maxWrongRate) {

    /** Every policy that replays try, each a line of their tables. */
    static List<TriedPolicy> all() {
        return DoubleStream.of(0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.99)
                .mapToObj(TriedPolicy::cosine)
                .toList();
    }

    /** One cosine cut-off for all. */
    static TriedPolicy cosine(double cutoff) {
        return new TriedPolicy(
                String.format(Locale.ROOT, "cosine >= %.2f", cutoff),
                () -> new CosineCutoff(0, cutoff, 1, Calibration.BUNDLED_MODEL),
                1);
    }
}
