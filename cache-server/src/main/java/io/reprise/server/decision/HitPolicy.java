package io.reprise.server.decision;

import java.util.List;

/**
 * Decides whether an earlier prompt's answer serves for a new one. Implementations are thread-safe, and compute on the caller's thread: for less
 * than a millisecond where no model is asked, else for as long as a few runs of it take.
 */
public interface HitPolicy {
    /**
     * Decides for one prompt.
     *
     * @param asked the new prompt
     * @param candidates earlier prompts of the same scope, nearest first; those of an earlier decision about the same prompt may come as it gave
     *     them
     * @param maxWrongRate ceiling on the share of wrong hits that the caller accepts, 0 to 1
     */
    Decision decide(String asked, List<Candidate> candidates, double maxWrongRate);
}
