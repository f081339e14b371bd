package io.reprise.server.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.reprise.server.decision.Decision.Reason;
import io.reprise.server.decision.Decision.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CosineCutoffTest {
    private static final double ACCEPTED = 0.02;

    /** All exact in binary, so that boundaries are met exactly. */
    private final CosineCutoff policy = new CosineCutoff(0.5, 0.75, ACCEPTED, new Calibration(4, -2));

    @Test
    void noCandidate_isAMiss() {
        Decision decision = policy.decide("a", List.of(), 1);
        assertEquals(new Verdict.Miss(Reason.NO_CANDIDATE), decision.verdict());
        assertNull(decision.nearestCosine());
        assertEquals(List.of(), decision.candidates());
    }

    @ParameterizedTest
    @CsvSource({"-1, floor", "0, floor", "0.49999997, floor", "0.5, verifier", "0.74999994, verifier"})
    void cosineBelowTheCutoff_isAMissAndSaysBelowWhat(float cosine, String reason) {
        assertEquals(new Verdict.Miss(new Reason(reason)), decide(cosine).verdict());
    }

    @ParameterizedTest
    @CsvSource({"0.75", "0.8", "1"})
    void cosineAtTheCutoffOrAbove_isAHit(float cosine) {
        Verdict.Hit hit = assertInstanceOf(Verdict.Hit.class, decide(cosine).verdict());
        assertEquals("n0", hit.candidate().id());
    }

    /** What an explanation shows as equal must not have been less. */
    @Test
    void cosineThatReadsAsTheCutoff_isAHit() {
        var policy = new CosineCutoff(0.6, 0.95, ACCEPTED, new Calibration(4, -2));
        assertInstanceOf(
                Verdict.Hit.class,
                policy.decide("a", List.of(Candidate.neighbour("n", "b", 0.95f)), 1)
                        .verdict());
    }

    @Test
    void cosineThatIsNoNumber_isAMiss() {
        assertEquals(new Verdict.Miss(Reason.FLOOR), decide(Float.NaN).verdict());
    }

    @Test
    void nearest_isTheOneThatServes() {
        Verdict.Hit hit =
                assertInstanceOf(Verdict.Hit.class, decide(0.9f, 0.8f, 0.1f).verdict());
        assertEquals(0.9f, hit.candidate().cosine());
    }

    @Test
    void everyCandidate_isExplained() {
        Decision decision = decide(0.9f, 0.5f, 0.1f);
        assertEquals(
                List.of(0.9f, 0.5f, 0.1f),
                decision.candidates().stream().map(Candidate::cosine).toList());
        assertEquals(
                List.of(0.832, 0.5, 0.168),
                decision.candidates().stream()
                        .map(candidate -> Math.round(Objects.requireNonNull(candidate.probability()) * 1000) / 1000.0)
                        .toList());
        assertEquals(0.75, decision.cutoff());
        assertEquals(0.5, decision.floor());
        assertEquals(0.9f, decision.nearestCosine());
    }

    @Test
    void confidence_isTheProbabilityOfTheOneThatServes() {
        Decision decision = decide(0.9f, 0.8f);
        Verdict.Hit hit = assertInstanceOf(Verdict.Hit.class, decision.verdict());
        assertEquals(decision.candidates().getFirst().probability(), hit.confidence());
    }

    @ParameterizedTest
    @CsvSource({"0", "0.0199", "NaN"})
    void stricterRateThanTheOperatorAccepted_isAMiss(double maxWrongRate) {
        assertEquals(
                new Verdict.Miss(Reason.BOUND),
                policy.decide("a", neighbours(0.9f), maxWrongRate).verdict());
    }

    @ParameterizedTest
    @CsvSource({"0.02", "0.5", "1"})
    void rateTheOperatorAccepted_isAHit(double maxWrongRate) {
        assertInstanceOf(
                Verdict.Hit.class,
                policy.decide("a", neighbours(0.9f), maxWrongRate).verdict());
    }

    @ParameterizedTest
    @CsvSource({
        "-0.1, 0.5, 0.1",
        "0.6, 0.5, 0.1",
        "0.5, 1.1, 0.1",
        "NaN, 0.5, 0.1",
        "0.5, NaN, 0.1",
        "0.5, 0.9, NaN",
        "0.5, 0.9, -0.1",
        "0.5, 0.9, 1.1"
    })
    void settingsThatCannotBe_areRefused(double floor, double cutoff, double rate) {
        assertThrows(
                IllegalArgumentException.class, () -> new CosineCutoff(floor, cutoff, rate, Calibration.BUNDLED_MODEL));
    }

    @Test
    void floorAndCutoffThatMeet_areAllowed() {
        new CosineCutoff(0, 0, 0, Calibration.BUNDLED_MODEL);
        new CosineCutoff(1, 1, 1, Calibration.BUNDLED_MODEL);
    }

    private Decision decide(float... cosines) {
        return policy.decide("a", neighbours(cosines), 1);
    }

    private static List<Candidate> neighbours(float... cosines) {
        List<Candidate> neighbours = new ArrayList<>();
        for (float cosine : cosines) {
            neighbours.add(Candidate.neighbour("n" + neighbours.size(), "text " + cosine, cosine));
        }
        return neighbours;
    }
}
