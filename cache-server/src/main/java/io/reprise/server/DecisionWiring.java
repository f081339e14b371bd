package io.reprise.server;

import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.decision.CrossCalibration;
import io.reprise.server.decision.CrossVerifier;
import io.reprise.server.decision.Cutoffs;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.decision.StandardGuard;
import io.reprise.server.decision.VerifiedPolicy;
import io.reprise.server.decision.Verifier;
import io.reprise.server.decision.bound.Prior;
import io.reprise.server.decision.bound.RiskSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The policy that a configuration asks for.
 *
 * @param policy decides; where it is controlled it names the candidate, and the controller has the last word
 * @param isControlled whether the controller of wrong hits has the last word
 * @param verifier name and version of what estimates the probabilities
 * @param prior what its calibration promises
 */
public record DecisionWiring(HitPolicy policy, boolean isControlled, String verifier, Prior prior) {
    /** The cut-off before the controller has its word: what is less likely to be right than wrong is not even worth an audit. */
    public static final double LEAST_PROBABILITY = 0.5;

    /** How many audits the verifier's learned cut-offs count as: about as many as there were hits to learn them from. */
    public static final double PRIOR_WEIGHT = 1000;

    /** A cut-off that no probability reaches. */
    private static final double NONE = 2;

    /** As many as a double has digits. */
    private static final int HALVINGS = 60;

    /**
     * With the controller's last word, as the server decides.
     *
     * @param reading the model that reads two prompts at once; null where there is none, and then {@code verified}
     *     serves the same text alone
     * @param failed hears of decisions in which that model failed
     */
    static DecisionWiring of(ServerConfig config, @Nullable ReadingModel reading, Consumer<RuntimeException> failed) {
        return switch (config.decision().policy()) {
            case COSINE ->
                new DecisionWiring(cosine(config.decision()), false, "cosine", Prior.ofCalibratedProbabilities());
            case VERIFIED -> {
                Verification verification = verification(config, reading, failed);
                yield new DecisionWiring(
                        verified(config.decision(), verification.verifier(), anyRate -> LEAST_PROBABILITY),
                        true,
                        verification.name(),
                        prior(verification.cutoffs()));
            }
        };
    }

    /** The policy with the cut-offs that a controller starts with, for those who have none; as {@link #of}. */
    public static HitPolicy uncontrolled(
            ServerConfig config, @Nullable ReadingModel reading, Consumer<RuntimeException> failed) {
        return switch (config.decision().policy()) {
            case COSINE -> cosine(config.decision());
            case VERIFIED -> {
                Verification verification = verification(config, reading, failed);
                yield verified(config.decision(), verification.verifier(), starting(verification.cutoffs()));
            }
        };
    }

    /** The policy with one cut-off, whatever rate of wrong hits is asked for; with the static cut-off as it is. */
    public static HitPolicy at(
            double cutoff, ServerConfig config, @Nullable ReadingModel reading, Consumer<RuntimeException> failed) {
        return switch (config.decision().policy()) {
            case COSINE -> cosine(config.decision());
            case VERIFIED ->
                verified(
                        config.decision(), verification(config, reading, failed).verifier(), anyRate -> cutoff);
        };
    }

    /**
     * What estimates the probabilities.
     *
     * @param name with its version: evidence of one is none of another
     * @param cutoffs that its training found
     */
    private record Verification(Verifier verifier, String name, Cutoffs cutoffs) {}

    private static Verification verification(
            ServerConfig config, @Nullable ReadingModel reading, Consumer<RuntimeException> failed) {
        if (reading == null) {
            return new Verification(Verifier.NONE, "none", anyRate -> NONE);
        }
        CrossCalibration calibration = reading.calibration();
        double sure = starting(calibration.ceilings()).at(config.decision().maxWrongRate());
        return new Verification(
                new CrossVerifier(reading.reader(), calibration, sure, failed),
                reading.scorer().modelName() + "-" + calibration.version(),
                calibration.ceilings());
    }

    private static HitPolicy cosine(ServerConfig.Decision decision) {
        return new CosineCutoff(
                decision.floor(), decision.cutoff(), decision.maxWrongRate(), Calibration.BUNDLED_MODEL);
    }

    private static HitPolicy verified(ServerConfig.Decision decision, Verifier verifier, Cutoffs cutoffs) {
        return new VerifiedPolicy(decision.floor(), new StandardGuard(), verifier, cutoffs);
    }

    /** The steps that a controller starts at, where training found these cut-offs; more than 1 where there is none. */
    public static Cutoffs starting(Cutoffs learned) {
        List<Double> steps = RiskSettings.defaults("").cutoffs();
        Prior prior = prior(learned);
        Map<Double, Double> known = new ConcurrentHashMap<>();
        return maxWrongRate -> known.computeIfAbsent(maxWrongRate, rate -> {
            int start = prior.start(steps, rate);
            return start < 0 ? NONE : steps.get(start);
        });
    }

    /** The least ceiling that the training's cut-offs hold at a cut-off: they fall as the ceiling rises. */
    private static Prior prior(Cutoffs learned) {
        return new Prior(
                cutoff -> {
                    if (learned.at(1) > cutoff) {
                        return 1;
                    }
                    double broken = 0;
                    double held = 1;
                    for (int halving = 0; halving < HALVINGS; halving++) {
                        double rate = (broken + held) / 2;
                        if (learned.at(rate) <= cutoff) {
                            held = rate;
                        } else {
                            broken = rate;
                        }
                    }
                    return held;
                },
                PRIOR_WEIGHT);
    }
}
