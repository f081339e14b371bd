package io.reprise.server.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.decision.CrossCalibration.Temperature;
import io.reprise.server.decision.CrossCalibration.Weights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CrossVerifierTest {
    private static final int DIMENSION = 384;
    private static final FeatureVerifier COMPARING = FeatureVerifier.bundled();
    private static final double SURE = 0.9;
    private static final String ASKED = "How do I reset my password?";

    /** The comparison only chooses the order; what the reader says is the probability, in tenths. */
    private static final CrossCalibration BY_READER = calibration(new Weights(0, 0, 1, 0, 10));

    private final Map<String, Float> says = new HashMap<>();
    private final List<String> read = new ArrayList<>();
    private final List<RuntimeException> failures = new ArrayList<>();

    @Test
    void likeliestByComparison_isReadFirst_andNoneAfterOneThatIsSure() {
        List<Candidate> candidates = candidates(3, 5);
        List<Candidate> likeliestFirst = likeliestFirst(candidates);
        says.put(likeliestFirst.get(0).text(), 2f);
        says.put(likeliestFirst.get(1).text(), 9.5f);
        says.put(likeliestFirst.get(2).text(), 9.9f);

        List<Candidate> judged = verifier(BY_READER).judged(asked(5), candidates, 0.5);

        assertEquals(likeliestFirst.stream().limit(2).map(Candidate::text).toList(), read);
        assertEquals(0.2, probability(judged, likeliestFirst.get(0)), 1e-6);
        assertEquals(0.95, probability(judged, likeliestFirst.get(1)), 1e-6);
        assertNull(of(judged, likeliestFirst.get(2)).probability());
        assertEquals(
                candidates.stream().map(Candidate::id).toList(),
                judged.stream().map(Candidate::id).toList());
    }

    @Test
    void oneThatServesButIsNotSure_isNotTheLastThatIsRead() {
        List<Candidate> candidates = candidates(2, 5);
        candidates.forEach(candidate -> says.put(candidate.text(), 6f));
        verifier(BY_READER).judged(asked(5), candidates, 0.5);
        assertEquals(2, read.size());
    }

    @Test
    void afterTwo_noneIsRead() {
        List<Candidate> candidates = candidates(4, 5);
        candidates.forEach(candidate -> says.put(candidate.text(), 1f));
        List<Candidate> judged = verifier(BY_READER).judged(asked(5), candidates, 0.5);
        assertEquals(CrossVerifier.MOST_READ, read.size());
        assertEquals(2, judged.stream().filter(c -> c.probability() == null).count());
    }

    @Test
    void whatWasReadBefore_isNotReadAgain() {
        List<Candidate> candidates = candidates(2, 5);
        candidates.forEach(candidate -> says.put(candidate.text(), 6f));
        Verifier verifier = verifier(BY_READER);
        List<Candidate> before = verifier.judged(asked(5), candidates, 0.5);
        read.clear();
        assertEquals(before, verifier.judged(asked(5), before, 0.5));
        assertEquals(List.of(), read);
    }

    @Test
    void whatWasLeftUnread_isReadOnceTheSureOneIsGone() {
        List<Candidate> candidates = candidates(2, 5);
        candidates.forEach(candidate -> says.put(candidate.text(), 9.5f));
        Verifier verifier = verifier(BY_READER);
        List<Candidate> left = verifier.judged(asked(5), candidates, 0.5).stream()
                .filter(candidate -> candidate.probability() == null)
                .toList();
        assertEquals(1, left.size());
        assertEquals(0.95, probability(verifier.judged(asked(5), left, 0.5), left.getFirst()), 1e-6);
    }

    @Test
    void forbidden_isNotReadAndHasTheComparisonsProbability() {
        Candidate forbidden = candidates(1, 5).getFirst().withVetoes(List.of("number"));
        List<Candidate> judged = verifier(BY_READER).judged(asked(5), List.of(forbidden), 0.5);
        assertEquals(List.of(), read);
        assertEquals(
                COMPARING.probability(compared(forbidden).logOdds()),
                judged.getFirst().probability());
    }

    @Test
    void whatCannotReachTheCutoff_isNotRead() {
        // The comparison says nothing and the reader may say two tenths at most.
        List<Candidate> judged =
                verifier(calibration(new Weights(0, 0, 1, 0, 2))).judged(asked(5), candidates(2, 5), 0.5);
        assertEquals(List.of(), read);
        assertTrue(judged.stream().allMatch(candidate -> candidate.probability() == null));
    }

    @Test
    void noSketch_isNotReadAndHasNoProbability() {
        List<Candidate> judged =
                verifier(BY_READER).judged(asked(5), List.of(Candidate.neighbour("a", "stored long ago", 1)), 0.5);
        assertEquals(List.of(), read);
        assertNull(judged.getFirst().probability());
    }

    @Test
    void readerThatFails_leavesTheComparisonAlone_stricter() {
        List<Candidate> candidates = candidates(2, 5);
        // Nobody has told it what to say.
        List<Candidate> judged = verifier(BY_READER).judged(asked(5), candidates, 0.5);
        assertEquals(1, failures.size());
        for (Candidate candidate : judged) {
            double cautious =
                    COMPARING.cautious().probability(compared(candidate).logOdds());
            assertEquals(cautious, candidate.probability());
            assertTrue(cautious <= COMPARING.probability(compared(candidate).logOdds()));
        }
    }

    @Test
    void readerThatFailsOnTheSecond_keepsWhatItSaidOfTheFirst() {
        List<Candidate> candidates = candidates(2, 5);
        Candidate first = likeliestFirst(candidates).getFirst();
        says.put(first.text(), 6f);
        List<Candidate> judged = verifier(BY_READER).judged(asked(5), candidates, 0.5);
        assertEquals(1, failures.size());
        assertEquals(0.6, probability(judged, first), 1e-6);
        Candidate second = likeliestFirst(candidates).getLast();
        assertEquals(COMPARING.cautious().probability(compared(second).logOdds()), probability(judged, second));
    }

    @Test
    void readerThatCannotBegin_leavesTheComparisonAlone() {
        var verifier = new CrossVerifier(
                COMPARING,
                asked -> {
                    throw new IllegalStateException("closed");
                },
                BY_READER,
                SURE,
                failures::add);
        List<Candidate> judged = verifier.judged(asked(5), candidates(2, 5), 0.5);
        assertEquals(1, failures.size());
        assertTrue(judged.stream().allMatch(candidate -> candidate.probability() != null));
    }

    @Test
    void cannotMeanTheSame_hasProbabilityZero() {
        Candidate candidate = candidates(1, 5).getFirst();
        says.put(candidate.text(), Float.NEGATIVE_INFINITY);
        List<Candidate> judged = verifier(BY_READER).judged(asked(5), List.of(candidate), 0.5);
        assertEquals(0, judged.getFirst().probability());
    }

    @Test
    void calibrationForOtherStates_isRefused() {
        CrossCalibration other = new CrossCalibration(
                "reader",
                "00",
                "another-model",
                BY_READER.weights(),
                BY_READER.temperatures(),
                BY_READER.probabilities(),
                BY_READER.cutoffs());
        assertThrows(IllegalArgumentException.class, () -> verifier(other));
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
        return new CrossVerifier(COMPARING, reader, calibration, SURE, failures::add);
    }

    private static CrossCalibration calibration(Weights weights) {
        return new CrossCalibration(
                "reader",
                "00",
                COMPARING.modelName(),
                weights,
                List.of(new Temperature(100, 1)),
                new Curve(new float[] {0, 10}, new float[] {0, 1}),
                new Curve(new float[] {0.01f, 0.1f}, new float[] {0.9f, 0.8f}));
    }

    private static Question asked(int tokens) {
        return new Question(ASKED, sketch(tokens, 0));
    }

    private static List<Candidate> candidates(int count, int tokens) {
        return IntStream.range(0, count)
                .mapToObj(i -> Candidate.neighbour(
                        "c" + i, "How do I change my password " + "no. ".repeat(i), 0.9f, sketch(tokens, i + 1)))
                .toList();
    }

    private static byte[] sketch(int tokens, int seed) {
        Random random = new Random(seed);
        int[] ids = IntStream.range(0, tokens).map(i -> 2000 + i).toArray();
        float[] states = new float[tokens * DIMENSION];
        for (int i = 0; i < states.length; i++) {
            states[i] = (float) random.nextGaussian();
        }
        return COMPARING.sketch(ids, states);
    }

    private static FeatureVerifier.Compared compared(Candidate candidate) {
        return Objects.requireNonNull(COMPARING.comparison(asked(5)).with(candidate));
    }

    private static List<Candidate> likeliestFirst(List<Candidate> candidates) {
        return candidates.stream()
                .sorted(Comparator.comparingDouble(
                        candidate -> -compared(candidate).logOdds()))
                .toList();
    }

    private static Candidate of(List<Candidate> judged, Candidate one) {
        return judged.stream()
                .filter(candidate -> candidate.id().equals(one.id()))
                .findFirst()
                .orElseThrow();
    }

    private static double probability(List<Candidate> judged, Candidate one) {
        Double probability = of(judged, one).probability();
        assertNotNull(probability);
        return probability;
    }
}
