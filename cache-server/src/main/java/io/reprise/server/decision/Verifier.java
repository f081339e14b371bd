package io.reprise.server.decision;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Estimates whether two prompts mean the same, so that one's answer serves for the other. Implementations are thread-safe and
 * symmetric: it does not matter which of the two was asked first.
 */
public interface Verifier {
    /**
     * Judges earlier prompts beside the one that is asked now.
     *
     * @param candidates with the guards' vetoes, each of another text than the one asked, nearest first; one that has a probability already has it
     *     from this, for the same question
     * @param cutoff the probability that a candidate must reach to serve; more than 1 where none does
     * @return the same candidates in the same order, each with its calibrated probability. It stays null where there is no evidence, as
     *     when a prompt was stored without a sketch, and may stay null where it makes no difference: the candidate surely does not
     *     reach the cut-off, or another one serves
     */
    List<Candidate> judged(Question asked, List<Candidate> candidates, double cutoff);

    /** As {@link HitPolicy#sketch}: what this wants to know of a prompt. */
    default byte @Nullable [] sketch(int[] tokenIds, float[] states) {
        return null;
    }
}
