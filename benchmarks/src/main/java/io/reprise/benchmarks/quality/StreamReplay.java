package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import io.reprise.benchmarks.quality.NearTexts.Near;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import java.util.ArrayList;
import java.util.List;
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

    /**
     * @param near of the stream's texts, by their numbers
     * @param candidates how many neighbours a policy sees
     */
    StreamReplay(QuestionStream stream, NearTexts near, Judge judge, int candidates) {
        this.stream = stream;
        this.near = near;
        this.judge = judge;
        this.candidates = candidates;
    }

    /** Replays the whole stream. A policy is not shown candidates below the floor of the near texts. */
    Tally run(TriedPolicy tried) {
        HitPolicy policy = tried.fresh().get();
        @Nullable StreamRow[] storedBy = new @Nullable StreamRow[stream.texts().size()];
        Tally tally = Tally.EMPTY;
        for (int i = 0; i < stream.rows().size(); i++) {
            StreamRow row = stream.rows().get(i);
            int text = stream.textOf()[i];
            tally = tally.row(row.classSeen());
            if (storedBy[text] != null) {
                tally = tally.exactHit();
                continue;
            }
            StreamRow served = serve(policy, tried.maxWrongRate(), text, storedBy);
            if (served == null) {
                storedBy[text] = row;
            } else {
                tally = tally.semanticHit(judge.judge(row, served));
            }
        }
        return tally;
    }

    private @Nullable StreamRow serve(HitPolicy policy, double maxWrongRate, int text, @Nullable StreamRow[] storedBy) {
        List<Candidate> found = new ArrayList<>(candidates);
        for (Near neighbour : near.to(text)) {
            if (storedBy[neighbour.text()] != null && found.size() < candidates) {
                found.add(Candidate.neighbour(
                        Integer.toString(neighbour.text()), stream.texts().get(neighbour.text()), neighbour.cosine()));
            }
        }
        return switch (policy.decide(stream.texts().get(text), found, maxWrongRate)
                .verdict()) {
            case Decision.Verdict.Miss miss -> null;
            case Decision.Verdict.Hit hit ->
                storedBy[Integer.parseInt(hit.candidate().id())];
        };
    }
}
