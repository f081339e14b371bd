package io.reprise.benchmarks.micro;

import io.reprise.benchmarks.ServerDefaults;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.embedder.TokenStates;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.decision.Question;
import io.reprise.server.decision.VerifiedPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * One decision of the policy that the server has by default, over candidates that are all above the floor: texts of 14 tokens with
 * the sketches that the model's states give, cosines that are made up.
 *
 * <pre>{@code
 * benchmarks/run micro --include Decision --out benchmarks/results/decision.md     # about 2 minutes
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else
public class DecisionBenchmark extends Microbenchmark {
    private static final int TOKENS = 14;
    private static final int QUESTIONS = 32;
    private static final float COSINE = 0.9f;
    private static final double MAX_WRONG_RATE = 0.01;

    /** Candidates above the floor, of which the nearest {@value VerifiedPolicy#MOST_JUDGED} are judged. */
    @Param({"1", "4", "8", "16"})
    public int candidates;

    private HitPolicy policy;
    private List<Question> questions;
    private List<List<Candidate>> stored;
    private int next;

    @Setup
    public void open() {
        Workspace workspace = Workspace.ofProcess();
        ModelFolder folder = ModelFolder.open(workspace.modelFolder());
        questions = new ArrayList<>();
        stored = new ArrayList<>();
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(folder, EmbedderOptions.defaults())) {
            policy = ServerDefaults.wouldBe(workspace, embedder.modelName(), null);
            for (int i = 0; i < QUESTIONS; i++) {
                // No number comes twice, so that no two texts are equal.
                int first = i * (candidates + 1);
                questions.add(question(embedder, Lengths.text(TOKENS, first)));
                stored.add(IntStream.rangeClosed(1, candidates)
                        .mapToObj(k -> question(embedder, Lengths.text(TOKENS, first + k)))
                        .map(text -> Candidate.neighbour(text.text(), text.text(), COSINE, text.sketch()))
                        .toList());
            }
        }
        Decision decision = decide();
        if (decision.candidates().stream()
                .limit(VerifiedPolicy.MOST_JUDGED)
                .anyMatch(candidate -> candidate.probability() == null)) {
            throw new IllegalStateException("a candidate was not judged: " + decision);
        }
    }

    @Benchmark
    public Decision decide() {
        next = (next + 1) % QUESTIONS;
        return policy.decide(questions.get(next), stored.get(next), MAX_WRONG_RATE);
    }

    private Question question(SentenceEmbedder embedder, String text) {
        if (!(embedder.embed(text) instanceof Embedding.Vector vector)) {
            throw new IllegalStateException("too long: " + text);
        }
        TokenStates states = Objects.requireNonNull(vector.states());
        return new Question(text, policy.sketch(states.ids(), states.states()));
    }
}
