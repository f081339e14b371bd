package io.reprise.benchmarks.quality;

import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * A policy of the server, as replays use it. All that replays know of the server's policies is here. Thread-safe.
 *
 * @param policy one that keeps nothing between decisions
 * @param maxWrongRate what its callers accept, 0 to 1
 */
record ProductPolicy(HitPolicy policy, double maxWrongRate) {
    /** No stored prompt. */
    static final int NONE = -1;

    /**
     * Decides as the server does.
     *
     * @param stored nearest first
     * @return the place in the list of the one whose answer is served, or {@link #NONE}
     */
    int choose(PromptText asked, List<Stored> stored) {
        return switch (decide(asked, stored).verdict()) {
            case Decision.Verdict.Miss miss -> NONE;
            case Decision.Verdict.Hit hit -> Integer.parseInt(hit.candidate().id());
        };
    }

    /**
     * The probability it gives to a pair that is looked at alone; never for what it vetoes or holds to be below its floor.
     *
     * <p>A policy that asks its guards only about what would be served has to have a cut-off of 0 for this, or pairs below its cut-off
     * count as if no guard forbade them.
     */
    double score(PromptText asked, Stored stored) {
        Decision decision = decide(asked, List.of(stored));
        Candidate judged = decision.candidates().getFirst();
        Double probability = judged.probability();
        boolean considered = judged.vetoes().isEmpty() && judged.cosine() >= (float) decision.floor();
        return considered && probability != null ? probability : PairScorer.NEVER;
    }

    private Decision decide(PromptText asked, List<Stored> stored) {
        List<Candidate> candidates = new ArrayList<>(stored.size());
        for (Stored each : stored) {
            PromptText prompt = each.prompt();
            candidates.add(Candidate.neighbour(Integer.toString(candidates.size()), prompt.text(), each.cosine()));
        }
        return policy.decide(asked.text(), candidates, maxWrongRate);
    }
}
