package io.reprise.benchmarks.training;

import io.reprise.benchmarks.ServerDefaults;
import io.reprise.benchmarks.corpus.EmbeddingCache;
import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.embedder.PairScorer;
import io.reprise.server.DecisionWiring;
import io.reprise.server.ReadingModel;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.CrossCalibration;
import io.reprise.server.decision.CrossVerifier;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.decision.Question;
import java.util.ArrayList;
import java.util.List;

/**
 * How many candidates the server's policy reads for each question of the stream, when every text that came before is stored.
 *
 * @param questions by how many candidates were read for them
 * @param nothingNear those of them without a candidate above the floor
 * @param served of those that a server answers as it starts, by the place among the candidates read of the one that serves, from 1 on
 */
record ReadCounts(int[] questions, int nothingNear, int[] served) {
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
        double start = DecisionWiring.starting(calibration.ceilings())
                .at(ServerDefaults.config(workspace).decision().maxWrongRate());
        int[] served = new int[CrossVerifier.MOST_READ + 1];
        boolean[] stored = new boolean[stream.texts.size()];
        int[] questions = new int[CrossVerifier.MOST_READ + 1];
        int nothingNear = 0;
        for (int text : stream.textOf) {
            if (!stored[text] && heldOut.contains(stream.texts.get(text))) {
                List<Candidate> candidates = candidates(stream, text, stored, embeddings);
                nothingNear += candidates.isEmpty() ? 1 : 0;
                counting.read.clear();
                String asked = stream.texts.get(text);
                Decision decision = policy.decide(new Question(asked, embeddings.sketch(asked)), candidates, 1);
                questions[counting.read.size()]++;
                if (decision.verdict() instanceof Decision.Verdict.Hit(Candidate hit, double probability)
                        && probability >= start) {
                    served[counting.read.indexOf(hit.text()) + 1]++;
                }
            }
            stored[text] = true;
        }
        return new ReadCounts(questions, nothingNear, served);
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
        private final List<String> read = new ArrayList<>();

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
            read.add(second);
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
