package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.quality.NearTexts.Near;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Asks a stream of questions of a cache that begins empty, one after the other, under one policy: a hit is judged and stores nothing,
 * a miss is stored at once.
 */
final class StreamReplay {
    private final QuestionStream stream;
    private final NearTexts near;
    private final Judge judge;
    private final int candidates;
    private final Predicate<String> counts;

    /**
     * @param near of the stream's texts, by their numbers
     * @param candidates how many neighbours a policy sees
     * @param counts whether it counts what becomes of a text when it is asked; what does not count is asked and stored all the same
     */
    StreamReplay(QuestionStream stream, NearTexts near, Judge judge, int candidates, Predicate<String> counts) {
        this.stream = stream;
        this.near = near;
        this.judge = judge;
        this.candidates = candidates;
        this.counts = counts;
    }

    /** Replays the whole stream. A policy is not shown candidates below the floor of the near texts. */
    Tally run(Trial trial) {
        @Nullable StreamRow[] storedBy = new @Nullable StreamRow[stream.texts().size()];
        boolean[] foundByMeaning = new boolean[storedBy.length];
        boolean[] asked = new boolean[storedBy.length];
        Tally tally = Tally.EMPTY;
        for (int i = 0; i < stream.rows().size(); i++) {
            StreamRow row = stream.rows().get(i);
            int text = stream.textOf()[i];
            boolean counted = counts.test(stream.texts().get(text));
            tally = counted ? tally.row(row.classSeen(), asked[text]) : tally;
            asked[text] = true;
            if (storedBy[text] != null) {
                tally = counted ? tally.exactHit() : tally;
                continue;
            }
            List<Near> neighbours = neighbours(text, foundByMeaning);
            int chosen = trial.choose(text, neighbours);
            if (chosen == Trial.NONE) {
                storedBy[text] = row;
                foundByMeaning[text] = trial.learn(neighbours, nearestServes(row, neighbours, storedBy));
            } else if (counted) {
                StreamRow served =
                        Objects.requireNonNull(storedBy[neighbours.get(chosen).text()]);
                tally = tally.semanticHit(judge.judge(row, served));
            }
        }
        return tally;
    }

    private List<Near> neighbours(int text, boolean[] foundByMeaning) {
        List<Near> found = new ArrayList<>(candidates);
        for (Near neighbour : near.to(text)) {
            if (foundByMeaning[neighbour.text()] && found.size() < candidates) {
                found.add(neighbour);
            }
        }
        return found;
    }

    private static boolean nearestServes(StreamRow row, List<Near> neighbours, @Nullable StreamRow[] storedBy) {
        if (neighbours.isEmpty()) {
            return false;
        }
        StreamRow nearest =
                Objects.requireNonNull(storedBy[neighbours.getFirst().text()]);
        return row.classId().equals(nearest.classId());
    }
}
