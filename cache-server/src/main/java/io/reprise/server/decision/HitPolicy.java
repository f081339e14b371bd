package io.reprise.server.decision;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an earlier prompt's answer serves for a new one. Implementations are thread-safe, and compute on the caller's thread: for less
 * than a millisecond where no model is asked, else for as long as one or two runs of it take.
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
    Decision decide(Question asked, List<Candidate> candidates, double maxWrongRate);

    /** As {@link #decide(Question, List, double)} for a prompt of which only the text is known. */
    default Decision decide(String text, List<Candidate> candidates, double maxWrongRate) {
        return decide(Question.of(text), candidates, maxWrongRate);
    }

    /**
     * What this policy wants to know of a prompt beside its text and vector, made once and kept with its entry.
     *
     * @param tokenIds numbers of the prompt's tokens in the sentence model's vocabulary
     * @param states {@code [tokens, dimension]}, the model's last states of these tokens, row by row; not retained
     * @return null for nothing
     */
    default byte @Nullable [] sketch(int[] tokenIds, float[] states) {
        return null;
    }
}
