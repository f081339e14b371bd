package io.reprise.server.decision;

import java.util.List;

/** Decides whether an earlier prompt's answer serves for a new one. Implementations are thread-safe. */
public interface HitPolicy {
    /**
     * Decides for one prompt.
     *
     * @param text the new prompt
     * @param candidates earlier prompts of the same scope, nearest first
     * @param maxWrongRate ceiling on the share of wrong hits that the caller accepts, 0 to 1
     */
    Decision decide(String text, List<Candidate> candidates, double maxWrongRate);
}
