package io.reprise.server.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.reprise.server.decision.Decision.Reason;
import io.reprise.server.decision.Decision.Verdict;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerifiedPolicyTest {
    /** A candidate's text ends in what the verifier says, in thousandths; "?" is no evidence. */
    private static final Verifier VERIFIER = (asked, candidates, cutoff) ->
            candidates.stream().map(VerifiedPolicyTest::judged).toList();

    private static final Guard GUARD =
            (asked, cached) -> cached.startsWith("forbidden") ? List.of("number", "name") : List.of();

    private final HitPolicy policy = new VerifiedPolicy(0.8, GUARD, VERIFIER, rate -> rate < 0.01 ? 2 : 0.9);

    @Test
    void noCandidate_isAMiss() {
        assertEquals(new Verdict.Miss(Reason.NO_CANDIDATE), decide().verdict());
    }

    @Test
    void candidatesBelowTheFloor_areNotJudged() {
        Decision decision = decide(Candidate.neighbour("far", "far 999", 0.79f));
        assertEquals(new Verdict.Miss(Reason.FLOOR), decision.verdict());
        assertNull(decision.candidates().getFirst().probability());
    }

    @Test
    void likeliest_servesThoughAnotherIsNearer() {
        Decision decision = decide(
                Candidate.neighbour("nearer", "near 910", 0.99f), Candidate.neighbour("likelier", "alike 950", 0.85f));
        Verdict.Hit hit = assertInstanceOf(Verdict.Hit.class, decision.verdict());
        assertEquals("likelier", hit.candidate().id());
        assertEquals(0.95, hit.confidence());
    }

    @Test
    void afterTheEightNearest_noneIsJudged() {
        Candidate[] many = IntStream.range(0, 9)
                .mapToObj(i -> Candidate.neighbour("c" + i, i + (i < 8 ? " 100" : " 990"), 0.99f - i / 100f))
                .toArray(Candidate[]::new);
        Decision decision = decide(many);
        assertEquals(new Verdict.Miss(Reason.VERIFIER), decision.verdict());
        assertNotNull(decision.candidates().get(7).probability());
        assertNull(decision.candidates().get(8).probability());
    }

    @Test
    void noneLikelyEnough_isTheVerifiersMiss() {
        assertEquals(
                new Verdict.Miss(Reason.VERIFIER),
                decide(Candidate.neighbour("a", "a 899", 0.99f)).verdict());
    }

    @Test
    void forbidden_namesTheFirstGuard() {
        Decision decision = decide(Candidate.neighbour("a", "forbidden 990", 0.99f));
        assertEquals(new Verdict.Miss(Reason.guard("number")), decision.verdict());
        assertEquals("guard:number", Reason.guard("number").id());
        assertEquals(List.of("number", "name"), decision.candidates().getFirst().vetoes());
    }

    @Test
    void forbiddenBehindOneThatIsNotLikelyEnough_isTheVerifiersMiss() {
        assertEquals(
                new Verdict.Miss(Reason.VERIFIER),
                decide(Candidate.neighbour("a", "a 100", 0.99f), Candidate.neighbour("b", "forbidden 990", 0.9f))
                        .verdict());
    }

    @Test
    void forbidden_givesWayToTheNextLikeliest() {
        Decision decision =
                decide(Candidate.neighbour("a", "forbidden 990", 0.99f), Candidate.neighbour("b", "allowed 920", 0.9f));
        assertEquals(
                "b",
                assertInstanceOf(Verdict.Hit.class, decision.verdict())
                        .candidate()
                        .id());
    }

    @Test
    void noEvidence_neverServes() {
        assertEquals(
                new Verdict.Miss(Reason.VERIFIER),
                decide(Candidate.neighbour("a", "stored long ago ?", 1f)).verdict());
    }

    @Test
    void sameText_needsNeitherVerifierNorGuard() {
        Decision decision = policy.decide("forbidden ?", List.of(Candidate.neighbour("a", "forbidden ?", 1)), 0.01);
        assertEquals(1, assertInstanceOf(Verdict.Hit.class, decision.verdict()).confidence());
    }

    @Test
    void withoutAVerifier_onlyTheSameTextServes() {
        var alone = new VerifiedPolicy(0.8, GUARD, Verifier.NONE, rate -> 0.5);
        List<Candidate> near = List.of(Candidate.neighbour("a", "a 999", 0.99f));
        assertEquals(
                new Verdict.Miss(Reason.VERIFIER),
                alone.decide("asked", near, 1).verdict());
        assertInstanceOf(Verdict.Hit.class, alone.decide("a 999", near, 1).verdict());
    }

    @Test
    void rateThatCannotBeShown_isTheBoundsMiss() {
        List<Candidate> candidates = List.of(Candidate.neighbour("a", "a 999", 0.99f));
        assertEquals(
                new Verdict.Miss(Reason.BOUND),
                policy.decide("asked", candidates, 0.001).verdict());
    }

    @Test
    void cosineThatIsNoNumber_servesNothing() {
        assertEquals(
                new Verdict.Miss(Reason.FLOOR),
                decide(Candidate.neighbour("a", "a 999", Float.NaN)).verdict());
    }

    private Decision decide(Candidate... candidates) {
        return policy.decide("asked", List.of(candidates), 0.01);
    }

    private static Candidate judged(Candidate candidate) {
        String word = candidate.text().substring(candidate.text().lastIndexOf(' ') + 1);
        return word.equals("?") ? candidate : candidate.withProbability(Integer.parseInt(word) / 1000.0);
    }
}
