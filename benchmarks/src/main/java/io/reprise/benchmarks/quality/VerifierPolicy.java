package io.reprise.benchmarks.quality;

import io.reprise.server.decision.HitPolicy;
import java.util.List;

/**
 * A policy of the server's that decides by the probability which a verifier states. It is tried at every cut-off on that
 * probability, and once more as a server starts with it.
 *
 * @param name in tables and legends
 * @param judging judges every candidate it is shown, however unlikely
 * @param starting decides as a server does before any audit
 * @param cutoffs on the probability, all that are tried, ascending
 */
record VerifierPolicy(String name, HitPolicy judging, HitPolicy starting, List<Double> cutoffs) {
    VerifierPolicy {
        cutoffs = List.copyOf(cutoffs);
    }

    /** At every cut-off. */
    TriedPolicy.Swept swept() {
        return TriedPolicy.probabilities(name, new ProductPolicy(judging, 1), cutoffs);
    }

    /** As a server starts that accepts a rate of wrong hits, before any audit. */
    TriedPolicy.Fixed unaudited(double rate) {
        return new TriedPolicy.Fixed(name + ", unaudited at " + rate, new ProductPolicy(starting, rate));
    }
}
