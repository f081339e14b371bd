package io.reprise.embedder;

import io.reprise.embedder.SentenceTokenizer.Tokens;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A BERT cross-encoder on ONNX Runtime with its HuggingFace tokenizer: both texts are tokenised alone, joined as
 * {@code [CLS] first [SEP] second [SEP]} with the token types 0 up to the first {@code [SEP]} and 1 after it, and read in one
 * run.
 *
 * <p>Symmetric to the last bit: the text whose token ids are lexicographically the lesser always comes first.
 *
 * <p>One pair per run, whatever {@link EmbedderOptions#maxBatchTokens()} says: a dynamically quantised model chooses the scales
 * of its activations from all that it is given, so a pair's log-odds in a batch would depend on its neighbours and on its
 * padding.
 *
 * <p>The window holds both texts and the three special tokens. A pair that does not fit is cut: each text into windows of half
 * the room each, the last one shorter. Texts with different numbers of windows are never the same and get
 * {@link Float#NEGATIVE_INFINITY}. Otherwise every window is read beside its counterpart, and the least log-odds count: long
 * texts are the same when they are so everywhere. Windows of equal tokens need no model; only when all are equal, the first one
 * is read beside itself, so that the result is one of the model's. Such texts differ at most in what the tokenizer does not see.
 *
 * <p>Thread-safe: callers share one session and one tokenizer, none waits for another. Opening one sets the same system
 * properties as {@link OnnxSentenceEmbedder} does.
 */
public final class OnnxPairScorer implements PairScorer {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxPairScorer.class);
    private static final List<String> OUTPUT_AXES = List.of("pairs");
    private static final int SPECIAL_TOKENS = 3;
    private static final String TRIAL_TEXT = "How long does it take?";

    private final PairManifest manifest;
    private final LoadedModel loaded;
    private final long startId;
    private final long endId;

    private OnnxPairScorer(PairManifest manifest, LoadedModel loaded, long startId, long endId) {
        this.manifest = manifest;
        this.loaded = loaded;
        this.startId = startId;
        this.endId = endId;
    }

    /**
     * Loads the tokenizer and the weights, and tries the model out.
     *
     * @throws EmbedderException when a file is not what it should be, or the model is not the one that the manifest describes
     */
    public static OnnxPairScorer open(PairModelFolder folder, EmbedderOptions options) {
        PairManifest manifest = folder.checked().manifest();
        LoadedModel loaded = LoadedModel.open(folder.checked(), options, OUTPUT_AXES);
        try {
            Tokens trial = loaded.tokenizer().tokenize(TRIAL_TEXT);
            int last = trial.ids().length - 1;
            if (last < 1 || !trial.special()[0] || !trial.special()[last]) {
                throw new EmbedderException(
                        "The tokenizer " + folder.checked().tokenizer()
                                + " puts no special token before and after a text: a pair model needs one that does, as BERT's");
            }
            OnnxPairScorer scorer = new OnnxPairScorer(manifest, loaded, trial.ids()[0], trial.ids()[last]);
            scorer.logOdds(TRIAL_TEXT, TRIAL_TEXT);
            LOG.info("Opened the pair model {}: window {} tokens", manifest.name(), manifest.windowTokens());
            return scorer;
        } catch (RuntimeException e) {
            loaded.close();
            throw e;
        }
    }

    @Override
    public String modelName() {
        return manifest.name();
    }

    @Override
    public float logOdds(String first, String second) {
        return loaded.whileOpen(() -> compare(tokens("the first text", first), tokens("the second text", second)));
    }

    @Override
    public About about(String text) {
        long[] tokens = loaded.whileOpen(() -> tokens("the text", text));
        return other -> loaded.whileOpen(() -> compare(tokens, tokens("the other text", other)));
    }

    @Override
    public void close() {
        loaded.close();
    }

    /** The text's token ids without special tokens, at least one. */
    private long[] tokens(String which, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(which + " is empty after trimming; give it at least one character");
        }
        long[] own = loaded.tokenizer().tokenize(text).ownIds();
        if (own.length == 0) {
            throw new IllegalArgumentException(
                    which + " holds nothing that the tokenizer sees; give it at least one letter, digit or sign");
        }
        return own;
    }

    private float compare(long[] first, long[] second) {
        int room = manifest.windowTokens() - SPECIAL_TOKENS;
        if (first.length + second.length <= room) {
            return run(first, second);
        }
        int size = room / 2;
        if (Math.ceilDiv(first.length, size) != Math.ceilDiv(second.length, size)) {
            return Float.NEGATIVE_INFINITY;
        }
        if (Arrays.equals(first, second)) {
            return run(window(first, 0, size), window(second, 0, size));
        }
        float least = Float.POSITIVE_INFINITY;
        for (int from = 0; from < first.length; from += size) {
            long[] one = window(first, from, size);
            long[] other = window(second, from, size);
            if (!Arrays.equals(one, other)) {
                least = Math.min(least, run(one, other));
            }
        }
        return least;
    }

    private static long[] window(long[] tokens, int from, int size) {
        return Arrays.copyOfRange(tokens, from, Math.min(from + size, tokens.length));
    }

    private float run(long[] one, long[] other) {
        boolean inOrder = Arrays.compare(one, other) <= 0;
        long[] first = inOrder ? one : other;
        long[] second = inOrder ? other : one;
        int ofFirst = first.length + 2;
        long[] ids = new long[ofFirst + second.length + 1];
        ids[0] = startId;
        System.arraycopy(first, 0, ids, 1, first.length);
        ids[ofFirst - 1] = endId;
        System.arraycopy(second, 0, ids, ofFirst, second.length);
        ids[ids.length - 1] = endId;
        long[] types = new long[ids.length];
        Arrays.fill(types, ofFirst, ids.length, 1);
        return loaded.session().run(1, ids, types, (shape, logOdds) -> only(shape, logOdds, ids.length));
    }

    private float only(long[] shape, FloatBuffer logOdds, int tokens) {
        if (!Arrays.equals(shape, new long[] {1})) {
            throw new EmbedderException("The model " + manifest.name() + " made " + Arrays.toString(shape)
                    + " of one pair of " + tokens + " tokens, where [1] is expected: use another export");
        }
        float only = logOdds.get(0);
        if (Float.isNaN(only)) {
            throw new EmbedderException("The model " + manifest.name() + " made NaN of a pair of " + tokens
                    + " tokens, which says nothing");
        }
        return only;
    }
}
