package io.reprise.benchmarks.training;

import org.jspecify.annotations.Nullable;

/** What a verifier, with the guards, makes of any two texts before calibration. Thread-safe and symmetric. */
@FunctionalInterface
interface PairJudge {
    /**
     * Judges one pair.
     *
     * @return log-odds that both mean the same; minus infinity for what is never served, null where they are not compared by meaning
     */
    @Nullable Float logOdds(String first, String second);
}
