package io.reprise.benchmarks.quality;

import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import java.util.List;
import java.util.stream.Stream;

/**
 * The policies that one run compares, all shown the same candidates.
 *
 * <p>A policy of the server's that states probabilities enters as {@link TriedPolicy#probabilities}, anything else that scores pairs as a
 * {@link TriedPolicy.Swept} with its scorer, and one that learns on the way as a {@link TriedPolicy.Learning}.
 *
 * @param before the cut-off that caches are commonly shipped with, which the goals are compared to
 * @param standard what a server does that is configured to nothing, which has the goals
 * @param others all others, in the order of tables and colours
 */
record Contest(TriedPolicy.Fixed before, TriedPolicy.Fixed standard, List<TriedPolicy> others) {
    Contest {
        others = List.copyOf(others);
    }

    /** Those that are compared today. */
    static Contest today() {
        var cutoff = new ProductPolicy(new CosineCutoff(0, 0.95, 1, Calibration.BUNDLED_MODEL), 1);
        var shipped = new ProductPolicy(new CosineCutoff(0, 0.95, 0.01, Calibration.BUNDLED_MODEL), 0.01);
        return new Contest(
                new TriedPolicy.Fixed("static 0.95", cutoff),
                new TriedPolicy.Fixed("policy cosine", shipped),
                List.of(TriedPolicy.cosine(), VCache.tried()));
    }

    /** All of them. */
    List<TriedPolicy> policies() {
        return Stream.concat(others.stream(), Stream.of(before, standard)).toList();
    }
}
