package io.reprise.benchmarks.quality;

import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.decision.FeatureVerifier;
import io.reprise.server.decision.StandardGuard;
import io.reprise.server.decision.VerifiedPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * The policies that one run compares, all shown the same candidates.
 *
 * <p>A policy of the server's that has a verifier enters as a {@link VerifierPolicy}, anything else that scores pairs as a
 * {@link TriedPolicy.Swept} with its scorer, and one that learns on the way as a {@link TriedPolicy.Learning}.
 *
 * @param before the cut-off that caches are commonly shipped with, which the goals are compared to
 * @param others those without a verifier, in the order of tables and colours
 * @param verifiers those with one, at every cut-off
 * @param unaudited the same as a server starts with them, which have the goals
 */
record Contest(
        TriedPolicy.Fixed before,
        List<TriedPolicy> others,
        List<TriedPolicy> verifiers,
        List<TriedPolicy.Fixed> unaudited) {
    Contest {
        others = List.copyOf(others);
        verifiers = List.copyOf(verifiers);
        unaudited = List.copyOf(unaudited);
    }

    /**
     * Those that are compared today. A new verifier is one more {@link VerifierPolicy} here; what decides as the server does by
     * default comes last.
     *
     * @param decision the server's settings
     */
    static Contest today(ServerConfig.Decision decision) {
        return of(firstVerifier(decision));
    }

    /** With these verifiers beside the policies that have none. */
    static Contest of(VerifierPolicy... verifiers) {
        var cutoff = new ProductPolicy(new CosineCutoff(0, 0.95, 1, Calibration.BUNDLED_MODEL), 1);
        List<TriedPolicy> swept = new ArrayList<>();
        List<TriedPolicy.Fixed> unaudited = new ArrayList<>();
        for (VerifierPolicy verifier : verifiers) {
            swept.add(verifier.swept());
            unaudited.add(verifier.unaudited());
        }
        return new Contest(
                new TriedPolicy.Fixed("static 0.95", cutoff),
                List.of(TriedPolicy.cosine(), VCache.tried()),
                swept,
                unaudited);
    }

    /** All of them. */
    List<TriedPolicy> policies() {
        List<TriedPolicy> policies = new ArrayList<>(others);
        policies.addAll(verifiers);
        policies.add(before);
        policies.addAll(unaudited);
        return policies;
    }

    /** What a server decides by that is configured to nothing, before any audit. */
    TriedPolicy.Fixed standard() {
        return unaudited.getLast();
    }

    private static VerifierPolicy firstVerifier(ServerConfig.Decision decision) {
        FeatureVerifier verifier = FeatureVerifier.bundled();
        return new VerifierPolicy(
                "first verifier",
                cutoffs -> new VerifiedPolicy(decision.floor(), new StandardGuard(), verifier, cutoffs),
                verifier.cutoffs());
    }
}
