package io.reprise.server.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PairTest {
    @Test
    void nearestToBeServed_isTheLikeliestOfThoseThatWereJudged() {
        Candidate unjudged = Candidate.neighbour("near", "near but not judged", 0.99f);
        Candidate unlikely =
                Candidate.neighbour("unlikely", "near and unlikely", 0.95f).withProbability(0.1);
        Candidate likely =
                Candidate.neighbour("likely", "farther and likely", 0.8f).withProbability(0.7);
        assertEquals(Optional.of(likely), Pair.nearest(miss(List.of(unjudged, unlikely, likely))));
        assertEquals(Optional.of(unlikely), Pair.nearest(miss(List.of(unjudged, unlikely))));
        assertEquals(Optional.of(unjudged), Pair.nearest(miss(List.of(unjudged))));
    }

    private static Decision miss(List<Candidate> candidates) {
        return new Decision(new Decision.Verdict.Miss(Decision.Reason.VERIFIER), candidates, 0.9, 0.7);
    }
}
