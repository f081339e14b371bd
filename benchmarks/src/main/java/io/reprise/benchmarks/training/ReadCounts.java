package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.CrossCalibration;
import io.reprise.server.decision.CrossReader;
import io.reprise.server.decision.CrossVerifier;
import io.reprise.server.decision.FeatureVerifier;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.decision.Question;
import io.reprise.server.decision.StandardGuard;
import io.reprise.server.decision.VerifiedPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * How many candidates the server's policy reads for each question of the stream, when every text that came before is stored.
 *
 * @param questions by how many candidates were read for them
 * @param nothingNear those of them without a candidate above the floor
 */
record ReadCounts(int[] questions, int nothingNear) {
    /** What a controlled server asks of a candidate before the controller is asked. */
    private static final double CUTOFF = 0.5;

    /** The step of the controller at which it starts. */
    private static final double SURE = 0.855;

    private static final int CANDIDATES = 16;

    static ReadCounts of(
            StreamPairs stream,
            HeldOut heldOut,
            EmbeddingCache embeddings,
            FeatureVerifier comparing,
            PairReadings readings,
            CrossCalibration calibration) {
        int[] read = new int[1];
        CrossReader reader = asked -> stored -> {
            read[0]++;
            PairReadings.Reading reading = readings.of(asked, stored);
            if (reading == null) {
                throw new IllegalStateException("a candidate cannot be compared: " + stored);
            }
            return reading.read();
        };
        HitPolicy policy = new VerifiedPolicy(
                StreamPairs.FLOOR,
                new StandardGuard(),
                new CrossVerifier(comparing, reader, calibration, SURE, failure -> {
                    throw failure;
                }),
                anyRate -> CUTOFF);
        boolean[] stored = new boolean[stream.texts.size()];
        int[] questions = new int[CrossVerifier.MOST_READ + 1];
        int nothingNear = 0;
        for (int text : stream.textOf) {
            if (!stored[text] && heldOut.contains(stream.texts.get(text))) {
                List<Candidate> candidates = candidates(stream, text, stored, embeddings);
                nothingNear += candidates.isEmpty() ? 1 : 0;
                read[0] = 0;
                String asked = stream.texts.get(text);
                policy.decide(new Question(asked, embeddings.sketch(asked)), candidates, 1);
                questions[read[0]]++;
            }
            stored[text] = true;
        }
        return new ReadCounts(questions, nothingNear);
    }

    private static List<Candidate> candidates(
            StreamPairs stream, int text, boolean[] stored, EmbeddingCache embeddings) {
        List<Candidate> candidates = new ArrayList<>();
        for (int k = 0; k < stream.near[text].length && candidates.size() < CANDIDATES; k++) {
            int near = stream.near[text][k];
            if (stored[near]) {
                String other = stream.texts.get(near);
                candidates.add(Candidate.neighbour(other, other, stream.cosines[text][k], embeddings.sketch(other)));
            }
        }
        return candidates;
    }
}
