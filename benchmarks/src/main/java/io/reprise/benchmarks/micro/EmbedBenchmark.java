package io.reprise.benchmarks.micro;

import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The embedder by length of text: one text, a batch of equal lengths (time per text), and its parts alone: the tokenizer, and the run
 * of the model.
 *
 * <pre>{@code
 * benchmarks/run micro --include Embed --out benchmarks/results/embed.md     # about 9 minutes
 * }</pre>
 */
@SuppressWarnings("NullAway.Init") // JMH calls @Setup before anything else
public class EmbedBenchmark extends Microbenchmark {
    private static final int TEXTS = 64;
    private static final int BATCH = 8;

    /** Tokens of each text, special tokens among them. */
    @Param({"8", "14", "31", "65", "134", "256"})
    public int tokens;

    private SentenceEmbedder embedder;
    private RawModel raw;
    private List<String> texts;
    private List<long[]> ids;
    private int next;

    @Setup
    public void open() {
        ModelFolder folder = ModelFolder.open(Workspace.ofProcess().modelFolder());
        embedder = OnnxSentenceEmbedder.open(folder, EmbedderOptions.defaults());
        raw = new RawModel(folder);
        texts = IntStream.range(0, TEXTS).mapToObj(i -> Lengths.text(tokens, i)).toList();
        ids = texts.stream().map(raw::tokenise).toList();
        if (ids.stream().anyMatch(text -> text.length != tokens)) {
            throw new IllegalStateException("a text has not " + tokens + " tokens");
        }
    }

    @TearDown
    public void close() {
        raw.close();
        embedder.close();
    }

    @Benchmark
    public Embedding embed() {
        return embedder.embed(texts.get(turn()));
    }

    /** Time per text. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public List<Embedding> embedBatchOf8() {
        int from = turn() / BATCH * BATCH;
        return embedder.embedAll(texts.subList(from, from + BATCH));
    }

    @Benchmark
    public long[] tokeniseAlone() {
        return raw.tokenise(texts.get(turn()));
    }

    @Benchmark
    public float runAlone() {
        return raw.run(ids.get(turn()));
    }

    private int turn() {
        next = (next + 1) % TEXTS;
        return next;
    }
}
