package io.reprise.embedder;

import io.reprise.embedder.SentenceTokenizer.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sentence-transformers model on ONNX Runtime with its HuggingFace tokenizer: tokens, one run of the model, mean or
 * CLS
 * pooling, L2 norm.
 *
 * <p>The same text has the same vector each time, alone or among others. {@link #embedAll} therefore runs texts in one
 * batch only where their neighbours leave no trace, which opening the embedder finds out with a trial; dynamically
 * quantised
 * models run one text at a time. Batches hold texts of equal length, so nothing is padded.
 *
 * <p>{@link Embedding.Vector#unknownTokens()} also counts {@linkplain HiddenText characters that nobody sees}, and is
 * at least 1 for a text of which the tokenizer leaves no token, such as zero-width spaces only: all
 * such texts have equal vectors.
 *
 * <p>Thread-safe: callers share one session and one tokenizer, none waits for another. Opening one keeps DJL, which
 * binds
 * the tokenizer, from reporting its use and from looking for native libraries on the network, by setting the system
 * properties
 * {@code ai.djl.offline} and {@code OPT_OUT_TRACKING} to {@code true}.
 */
public final class OnnxSentenceEmbedder implements SentenceEmbedder {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxSentenceEmbedder.class);

    /** Rounding in float32 moves a cosine by about 1e-7, a neighbour in a dynamically quantised batch by about 5e-3. */
    private static final double BATCH_TOLERANCE = 1e-5;

    private static final String TRIAL_TEXT = "How long does it take?";

    private final SentenceManifest manifest;
    private final LoadedModel loaded;
    private final OnnxSentenceModel model;
    private final int maxBatchTokens;

    private OnnxSentenceEmbedder(
            SentenceManifest manifest, LoadedModel loaded, OnnxSentenceModel model, int maxBatchTokens) {
        this.manifest = manifest;
        this.loaded = loaded;
        this.model = model;
        this.maxBatchTokens = maxBatchTokens;
    }

    /**
     * Loads the tokenizer and the weights, and tries the model out.
     *
     * @throws EmbedderException when a file is not what it should be, or the model is not the one that the manifest
     * describes
     */
    public static OnnxSentenceEmbedder open(ModelFolder folder, EmbedderOptions options) {
        SentenceManifest manifest = folder.checked().manifest();
        LoadedModel loaded = LoadedModel.open(folder.checked(), options, OnnxSentenceModel.OUTPUT_AXES);
        try {
            OnnxSentenceModel model = new OnnxSentenceModel(folder.checked(), loaded.session());
            boolean batches = leavesNoTraceOnNeighbours(
                    model, loaded.tokenizer().tokenize(TRIAL_TEXT).ids());
            LOG.info(
                    "Opened the model {}: dimension {}, window {} tokens, {}",
                    manifest.name(),
                    manifest.dimension(),
                    manifest.windowTokens(),
                    batches ? "texts of equal length in batches" : "one text at a time, as batches change its vectors");
            return new OnnxSentenceEmbedder(manifest, loaded, model, batches ? options.maxBatchTokens() : 1);
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    @Override
    public int dimension() {
        return manifest.dimension();
    }

    @Override
    public int windowTokens() {
        return manifest.windowTokens();
    }

    @Override
    public String modelName() {
        return manifest.name();
    }

    @Override
    public Embedding embed(String text) {
        return embedAll(List.of(text)).getFirst();
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException when one of the texts is empty after trimming; none is embedded then
     */
    @Override
    public List<Embedding> embedAll(List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).isBlank()) {
                throw new IllegalArgumentException(
                        "text " + i + " is empty after trimming; give it at least one character");
            }
        }
        return loaded.whileOpen(
                () -> embedOpen(texts.stream().map(loaded.tokenizer()::tokenize).toList()));
    }

    @Override
    public void close() {
        loaded.close();
    }

    private List<Embedding> embedOpen(List<Tokens> texts) {
        Embedding[] embeddings = new Embedding[texts.size()];
        TreeMap<Integer, List<Integer>> positionsByLength = new TreeMap<>();
        for (int i = 0; i < texts.size(); i++) {
            int length = texts.get(i).ids().length;
            if (length > manifest.windowTokens()) {
                embeddings[i] = new Embedding.TooLong(length, manifest.windowTokens());
            } else {
                positionsByLength
                        .computeIfAbsent(length, l -> new ArrayList<>())
                        .add(i);
            }
        }
        positionsByLength.forEach((length, positions) -> {
            int batchSize = Math.max(1, maxBatchTokens / length);
            for (int from = 0; from < positions.size(); from += batchSize) {
                embedBatch(texts, positions.subList(from, Math.min(from + batchSize, positions.size())), embeddings);
            }
        });
        return List.of(embeddings);
    }

    private void embedBatch(List<Tokens> texts, List<Integer> positions, Embedding[] embeddings) {
        List<float[]> vectors =
                model.run(positions.stream().map(p -> texts.get(p).ids()).toList());
        for (int i = 0; i < vectors.size(); i++) {
            Tokens text = texts.get(positions.get(i));
            embeddings[positions.get(i)] = new Embedding.Vector(vectors.get(i), text.ids().length, text.unknown());
        }
    }

    /** Runs one text alone and beside its own reverse, which is as long and as different as a neighbour can be. */
    private static boolean leavesNoTraceOnNeighbours(OnnxSentenceModel model, long[] text) {
        long[] reverse = IntStream.range(0, text.length)
                .mapToLong(i -> text[text.length - 1 - i])
                .toArray();
        List<float[]> together = model.run(List.of(text, reverse));
        return sameDirection(together.get(0), model.run(List.of(text)).getFirst())
                && sameDirection(together.get(1), model.run(List.of(reverse)).getFirst());
    }

    private static boolean sameDirection(float[] a, float[] b) {
        double cosine = 0;
        for (int i = 0; i < a.length; i++) {
            cosine += (double) a[i] * b[i];
        }
        return cosine >= 1 - BATCH_TOLERANCE;
    }
}
