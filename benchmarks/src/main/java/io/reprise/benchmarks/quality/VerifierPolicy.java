package io.reprise.benchmarks.quality;

import io.reprise.server.decision.Cutoffs;
import io.reprise.server.decision.HitPolicy;
import java.util.function.Function;

/**
 * A policy of the server's that decides by the probability which a verifier states. It is tried at every cut-off on that
 * probability, and once more as a server starts with it.
 *
 * @param name in tables and legends
 * @param policy made with the cut-offs that it shall have
 * @param learned the cut-offs that the verifier's training found, which a server has before any audit
 */
record VerifierPolicy(String name, Function<Cutoffs, HitPolicy> policy, Cutoffs learned) {
    /** The ceiling on wrong hits that a server has by default. */
    static final double MAX_WRONG_RATE = 0.01;

    /** At every cut-off. */
    TriedPolicy.Swept swept() {
        return TriedPolicy.probabilities(name, new ProductPolicy(policy.apply(anyRate -> 0), 1));
    }

    /** As a server starts that is told to be wrong in {@value #MAX_WRONG_RATE} of the hits, before any audit. */
    TriedPolicy.Fixed unaudited() {
        return new TriedPolicy.Fixed(
                name + ", unaudited at " + MAX_WRONG_RATE, new ProductPolicy(policy.apply(learned), MAX_WRONG_RATE));
    }
}
