package io.reprise.server.replay;

import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Two prompts to look at: one asked, and the earlier one whose answer served or nearly did.
 *
 * @param line where the one asked is in the log
 * @param texts both, shortened
 * @param similarity their cosine
 * @param probability estimated, that the answer is right; null where nothing has estimated it
 * @param vetoes names of the guards that forbade it
 * @param agreement of the two logged answers, or null where one is missing
 */
record Pair(
        long line,
        Excerpt texts,
        float similarity,
        @Nullable Double probability,
        List<String> vetoes,
        @Nullable Agreement agreement) {

    Pair {
        vetoes = List.copyOf(vetoes);
    }

    /** How near it came to be served. */
    double nearness() {
        return nearness(probability, similarity);
    }

    /** The candidate that came nearest to be served. */
    static Optional<Candidate> nearest(Decision decision) {
        return decision.candidates().stream()
                .max(Comparator.comparingDouble(each -> nearness(each.probability(), each.cosine())));
    }

    /** What nothing has estimated comes after all that something has. */
    private static double nearness(@Nullable Double probability, float similarity) {
        return probability == null ? similarity - 1 : probability;
    }
}
