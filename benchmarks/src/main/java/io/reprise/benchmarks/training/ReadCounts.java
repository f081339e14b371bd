package io.reprise.benchmarks.training;

import io.reprise.benchmarks.ServerDefaults;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.embedder.PairScorer;
import io.reprise.server.ReadingModel;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.CrossCalibration;
import io.reprise.server.decision.CrossVerifier;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.decision.Question;
import java.util.ArrayList;
import java.util.List;

/**
 * How many candidates the server's policy reads for each question of the stream, when every text that came before is stored.
 *
 * @param questions by how many candidates were read for them
 * @param nothingNear those of them without a candidate above the floor
 */
record ReadCounts(int[] questions, int nothingNear) {
    private static final int CANDIDATES = 16;

    static ReadCounts of(
            Workspace workspace,
            StreamPairs stream,
            HeldOut heldOut,
            EmbeddingCache embeddings,
            PairReadings readings,
            CrossCalibration calibration) {
        var counting = new CountingScorer(calibration.model(), readings);
        HitPolicy policy =
                ServerDefaults.wouldBe(workspace, calibration.sentenceModel(), new ReadingModel(counting, calibration));
        boolean[] stored = new boolean[stream.texts.size()];
        int[] questions = new int[CrossVerifier.MOST_READ + 1];
        int nothingNear = 0;
        for (int text : stream.textOf) {
            if (!stored[text] && heldOut.contains(stream.texts.get(text))) {
                List<Candidate> candidates = candidates(stream, text, stored, embeddings);
                nothingNear += candidates.isEmpty() ? 1 : 0;
                counting.read = 0;
                String asked = stream.texts.get(text);
                policy.decide(new Question(asked, embeddings.sketch(asked)), candidates, 1);
                questions[counting.read]++;
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

    /** Says what the model said of a pair before. */
    private static final class CountingScorer implements PairScorer {
        private final String modelName;
        private final PairReadings readings;
        private int read;

        CountingScorer(String modelName, PairReadings readings) {
            this.modelName = modelName;
            this.readings = readings;
        }

        @Override
        public String modelName() {
            return modelName;
        }

        @Override
        public float logOdds(String first, String second) {
            read++;
            PairReadings.Reading reading = readings.of(first, second);
            if (reading == null) {
                throw new IllegalStateException("a candidate cannot be compared: " + second);
            }
            return reading.read();
        }

        @Override
        public About about(String text) {
            return other -> logOdds(text, other);
        }

        @Override
        public void close() {}
    }
}
