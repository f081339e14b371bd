package io.reprise.server.decision;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An earlier prompt of the same scope, as a decision sees it.
 *
 * @param id id of its entry
 * @param text the earlier prompt
 * @param cosine exact cosine of the two prompts' vectors, -1 to 1
 * @param vetoes names of the guards that forbid it, as far as they were asked
 * @param probability that its answer serves, 0 to 1; null when nothing has estimated it
 */
public record Candidate(
        String id,
        String text,
        float cosine,
        List<String> vetoes,
        @Nullable Double probability) {

    public Candidate {
        vetoes = List.copyOf(vetoes);
    }

    /** A neighbour that nobody has judged yet. */
    public static Candidate neighbour(String id, String text, float cosine) {
        return new Candidate(id, text, cosine, List.of(), null);
    }

    /** The same with an estimate. */
    public Candidate withProbability(double estimate) {
        return new Candidate(id, text, cosine, vetoes, estimate);
    }

    /** The same with what the guards said. */
    public Candidate withVetoes(List<String> guards) {
        return new Candidate(id, text, cosine, guards, probability);
    }
}
