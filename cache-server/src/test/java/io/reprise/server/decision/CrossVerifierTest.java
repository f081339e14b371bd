package io.reprise.server.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.decision.CrossCalibration.Weights;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrossVerifierTest {
    private static final double SURE = 0.9;
    private static final String ASKED = "How do I reset my password?";

    /** What the reader says is the probability, in tenths. */
    private static final CrossCalibration BY_READER = calibration(new Weights(0, 1, 0, 2, 10));

    private final Map<String, Float> says = new HashMap<>();
    private final List<String> read = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();

    @Test
    void nearest_isReadFirst_andNoneAfterOneThatIsSure() {
        List<Candidate> candidates = candidates(3);
        says.put(candidates.get(0).text(), 2f);
        says.put(candidates.get(1).text(), 9.5f);
        says.put(candidates.get(2).text(), 9.9f);

        List<Candidate> judged = judged(candidates);

        assertEquals(List.of(candidates.get(0).text(), candidates.get(1).text()), read);
        assertEquals(0.2, probability(judged, 0), 1e-6);
        assertEquals(0.95, probability(judged, 1), 1e-6);
        assertNull(judged.get(2).probability());
        assertEquals(
                candidates.stream().map(Candidate::id).toList(),
                judged.stream().map(Candidate::id).toList());
    }

    @Test
    void sameWords_needNoReading() {
        var same = Candidate.neighbour("0", "how do i  reset my password", 0.99f);
        assertEquals(0.999, probability(judged(List.of(same)), 0), 1e-9);
        assertEquals(List.of(), read);
    }

    @Test
    void oneThatServesButIsNotSure_isNotTheLastThatIsRead() {
        List<Candidate> candidates = candidates(2);
        candidates.forEach(candidate -> says.put(candidate.text(), 6f));
        judged(candidates);
        assertEquals(2, read.size());
    }

    @Test
    void afterAsManyAsMayBe_noneIsRead() {
        List<Candidate> candidates = candidates(CrossVerifier.MOST_READ + 2);
        candidates.forEach(candidate -> says.put(candidate.text(), 1f));
        List<Candidate> judged = judged(candidates);
        assertEquals(CrossVerifier.MOST_READ, read.size());
        assertEquals(2, judged.stream().filter(c -> c.probability() == null).count());
    }

    @Test
    void whatWasReadBefore_isNotReadAgain() {
        List<Candidate> candidates = candidates(2);
        candidates.forEach(candidate -> says.put(candidate.text(), 6f));
        List<Candidate> before = judged(candidates);
        read.clear();
        assertEquals(before, judged(before));
        assertEquals(List.of(), read);
    }

    @Test
    void whatWasLeftUnread_isReadOnceTheSureOneIsGone() {
        List<Candidate> candidates = candidates(2);
        candidates.forEach(candidate -> says.put(candidate.text(), 9.5f));
        List<Candidate> left = judged(candidates).stream()
                .filter(candidate -> candidate.probability() == null)
                .toList();
        assertEquals(1, left.size());
        assertEquals(0.95, probability(judged(left), 0), 1e-6);
    }

    @Test
    void forbidden_isNotReadAndTakesNoOthersPlace() {
        List<Candidate> candidates = candidates(CrossVerifier.MOST_READ + 1);
        candidates.forEach(candidate -> says.put(candidate.text(), 1f));
        candidates.set(0, candidates.getFirst().withVetoes(List.of("number")));
        List<Candidate> judged = judged(candidates);
        assertNull(judged.getFirst().probability());
        assertEquals(CrossVerifier.MOST_READ, read.size());
    }

    @Test
    void whatCannotReachTheCutoff_isNotRead() {
        // The reader counts as two tenths at most.
        List<Candidate> judged =
                verifier(calibration(new Weights(0, 1, 0, 2, 2))).judged(ASKED, candidates(2), 0.5);
        assertEquals(List.of(), read);
        assertTrue(judged.stream().allMatch(candidate -> candidate.probability() == null));
    }

    @Test
    void textsInALanguageThatIsNotLearned_areLessLikely() {
        Candidate german =
                Candidate.neighbour("de", "Wie setze ich mein Passwort zurück, wenn ich es vergessen habe?", 0.9f);
        says.put(german.text(), 8f);
        assertEquals(0.6, probability(judged(List.of(german)), 0), 1e-6);
    }

    @Test
    void readerThatFailsOnTheSecond_keepsWhatItSaidOfTheFirst() {
        List<Candidate> candidates = candidates(3);
        // Nobody has told it what to say of the others.
        says.put(candidates.getFirst().text(), 6f);
        List<Candidate> judged = judged(candidates);
        assertEquals(1, failures.size());
        assertEquals(0.6, probability(judged, 0), 1e-6);
        assertNull(judged.get(1).probability());
        assertNull(judged.get(2).probability());
    }

    @Test
    void readerThatCannotBegin_leavesNoProbability() {
        var verifier = new CrossVerifier(
                asked -> {
                    throw new IllegalStateException("closed");
                },
                BY_READER,
                SURE,
                failures::add);
        List<Candidate> judged = verifier.judged(ASKED, candidates(2), 0.5);
        assertEquals(1, failures.size());
        assertTrue(judged.stream().allMatch(candidate -> candidate.probability() == null));
    }

    @Test
    void cannotMeanTheSame_hasProbabilityZero() {
        List<Candidate> candidates = candidates(1);
        says.put(candidates.getFirst().text(), Float.NEGATIVE_INFINITY);
        assertEquals(0, probability(judged(candidates), 0));
    }

    private List<Candidate> judged(List<Candidate> candidates) {
        return verifier(BY_READER).judged(ASKED, candidates, 0.5);
    }

    private Verifier verifier(CrossCalibration calibration) {
        CrossReader reader = asked -> other -> {
            assertEquals(ASKED, asked);
            Float said = says.get(other);
            if (said == null) {
                throw new IllegalStateException("no model");
            }
            read.add(other);
            return said;
        };
        return new CrossVerifier(reader, calibration, SURE, failures::add);
    }

    private static CrossCalibration calibration(Weights weights) {
        return new CrossCalibration(
                "reader",
                "00",
                "sentences",
                weights,
                new Curve(new float[] {0, 10}, new float[] {0, 1}),
                new Curve(new float[] {0.01f, 0.1f}, new float[] {0.9f, 0.8f}));
    }

    /** Nearest first. */
    private static List<Candidate> candidates(int count) {
        return new ArrayList<>(IntStream.range(0, count)
                .mapToObj(i -> Candidate.neighbour(
                        "c" + i, "How do I change my password " + "no. ".repeat(i), 0.9f - i / 100f))
                .toList());
    }

    private static double probability(List<Candidate> judged, int which) {
        Double probability = judged.get(which).probability();
        assertNotNull(probability);
        return probability;
    }
}
