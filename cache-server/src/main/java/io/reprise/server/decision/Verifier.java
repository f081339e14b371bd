package io.reprise.server.decision;

import java.util.List;

/**
 * Estimates whether two prompts mean the same, so that one's answer serves for the other. Implementations are thread-safe and
 * symmetric: it does not matter which of the two was asked first.
 */
@FunctionalInterface
public interface Verifier {
    /** Knows nothing of any prompt, so that none serves but the same one. */
    Verifier NONE = (asked, candidates, cutoff) -> candidates;

    /**
     * Judges earlier prompts beside the one that is asked now.
     *
     * @param candidates with the guards' vetoes, each of another text than the one asked, nearest first; one that has a
     *     probability already has it from this, for the same question
     * @param cutoff the probability that a candidate must reach to serve; more than 1 where none does
     * @return the same candidates in the same order, each with its calibrated probability. It stays null where it makes
     *     no difference: a guard forbids the candidate, it surely does not reach the cut-off, or another one serves;
     *     and where there is no evidence
     */
    List<Candidate> judged(String asked, List<Candidate> candidates, double cutoff);
}
