package io.reprise.server.decision;

import io.reprise.server.decision.guard.Reading;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first {@link Verifier}: what trees make of {@link PairFeatures} and what a small network makes of the two prompts' tokens, in
 * equal parts, as a calibrated probability. {@code docs/verifier.md} says what it was learned from and how good it is.
 *
 * <p>It knows the states of one sentence model only. Immutable.
 */
public final class FeatureVerifier implements Verifier {
    private static final int MAGIC = 0x52505646;
    private static final int VERSION = 1;
    /** Log-odds; without it, one in seventeen German questions with exchanged words was served where no English one was. */
    private static final float FOREIGN = 2;

    /** Log-odds that are taken off where a model that reads both prompts should have had the last word, and had not. */
    private static final float CAUTION = 1;

    private static final String RESOURCE = "all-minilm-l6-v2-q.verifier";

    private final String modelName;
    private final TokenProjection projection;
    private final TokenWeights weights;
    private final TreeEnsemble trees;
    private final InteractionNet net;
    private final Curve calibration;
    private final Curve cutoffs;
    private final float caution;

    /**
     * Puts one together.
     *
     * @param modelName the sentence model whose states it knows
     * @param calibration from log-odds to probability
     * @param cutoffs from a ceiling on the share of wrong hits to the probability that keeps it
     */
    public FeatureVerifier(
            String modelName,
            TokenProjection projection,
            TokenWeights weights,
            TreeEnsemble trees,
            InteractionNet net,
            Curve calibration,
            Curve cutoffs) {
        this(modelName, projection, weights, trees, net, calibration, cutoffs, 0);
    }

    private FeatureVerifier(
            String modelName,
            TokenProjection projection,
            TokenWeights weights,
            TreeEnsemble trees,
            InteractionNet net,
            Curve calibration,
            Curve cutoffs,
            float caution) {
        this.modelName = modelName;
        this.projection = projection;
        this.weights = weights;
        this.trees = trees;
        this.net = net;
        this.calibration = calibration;
        this.cutoffs = cutoffs;
        this.caution = caution;
    }

    /** The same, but stricter: surer that two prompts differ than what it was learned from says. */
    public FeatureVerifier cautious() {
        return new FeatureVerifier(modelName, projection, weights, trees, net, calibration, cutoffs, CAUTION);
    }

    /** The one for the bundled sentence model. */
    public static FeatureVerifier bundled() {
        try (InputStream in = FeatureVerifier.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + RESOURCE + " is missing");
            }
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the resource " + RESOURCE + " cannot be read", e);
        }
    }

    /** The sentence model whose states it knows. */
    public String modelName() {
        return modelName;
    }

    /** Its part that reads features. */
    public TreeEnsemble trees() {
        return trees;
    }

    /** Its part that reads tokens. */
    public InteractionNet net() {
        return net;
    }

    /** The cut-offs that its training found, which know nothing of the prompts asked here. */
    public Cutoffs cutoffs() {
        return cutoffs.asCutoffs();
    }

    @Override
    public byte[] sketch(int[] tokenIds, float[] states) {
        return TokenSketch.of(tokenIds, states, projection).encoded();
    }

    @Override
    public List<Candidate> judged(Question asked, List<Candidate> candidates, double cutoff) {
        Comparison comparison = comparison(asked);
        return candidates.stream()
                .map(candidate -> {
                    Compared compared = comparison.with(candidate);
                    return compared == null ? candidate : candidate.withProbability(probability(compared.logOdds()));
                })
                .toList();
    }

    /** One prompt that is asked, beside any other: what depends on it alone is worked out once. Thread-safe. */
    @FunctionalInterface
    public interface Comparison {
        /** What it comes to; null where there is no evidence. */
        @Nullable Compared with(Candidate candidate);
    }

    /**
     * What the comparison of two prompts comes to.
     *
     * @param logOdds that they mean the same, before calibration
     * @param tokens of both together
     */
    public record Compared(float logOdds, int tokens) {}

    /** Begins with the prompt that is asked. */
    public Comparison comparison(Question asked) {
        ReadPrompt first = read(asked.text(), asked.sketch());
        if (first == null) {
            return candidate -> null;
        }
        float[][] begun = begun(first);
        return candidate -> {
            ReadPrompt second = read(candidate.text(), candidate.sketch());
            return second == null
                    ? null
                    : new Compared(logOdds(first, begun, second, candidate.cosine()), first.tokens() + second.tokens());
        };
    }

    /** The calibrated probability, 0 to 1, for log-odds of a {@link Comparison}. */
    public double probability(float logOdds) {
        return calibration.at(logOdds - caution);
    }

    private float logOdds(ReadPrompt first, float[][] begunOfFirst, ReadPrompt second, float cosine) {
        float[][] cosines = ReadPrompt.cosines(first, second);
        float[] features = PairFeatures.of(cosine, first, second, cosines);
        float[][] begun = Arrays.copyOf(begunOfFirst, first.tokens() + second.tokens());
        System.arraycopy(begun(second), 0, begun, first.tokens(), second.tokens());
        float[][] comparisons = InteractionNet.comparisons(first, second, cosines);
        return (trees.sum(features) + net.logOdds(comparisons, begun, features)) / 2
                - foreignDeduction(first.reading(), second.reading());
    }

    /** What is taken off the log-odds where guards that know words say nothing: about what they would have known. */
    public static float foreignDeduction(Reading first, Reading second) {
        return first.isForeign() || second.isForeign() ? FOREIGN : 0;
    }

    private float[][] begun(ReadPrompt prompt) {
        float[][] begun = new float[prompt.tokens()][];
        for (int token = 0; token < begun.length; token++) {
            begun[token] = net.begun(prompt.state(token));
        }
        return begun;
    }

    /** Null where there is nothing to compare. */
    private @Nullable ReadPrompt read(String text, byte @Nullable [] bytes) {
        TokenSketch sketch = bytes == null ? null : TokenSketch.decoded(bytes, projection.axes());
        return sketch == null || sketch.tokens() == 0 ? null : new ReadPrompt(text, sketch, weights);
    }

    /** Writes what {@link #read} reads. */
    public void write(OutputStream stream) throws IOException {
        DataOutputStream out = new DataOutputStream(stream);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(modelName);
        projection.write(out);
        weights.write(out);
        trees.write(out);
        net.write(out);
        calibration.write(out);
        cutoffs.write(out);
        out.flush();
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException when the bytes are no verifier of this version
     */
    public static FeatureVerifier read(InputStream stream) throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(stream, 1 << 16));
        int magic = in.readInt();
        int version = in.readInt();
        if (magic != MAGIC || version != VERSION) {
            throw new IOException("not a verifier of version " + VERSION + ": " + Integer.toHexString(magic)
                    + ", version " + version);
        }
        return new FeatureVerifier(
                in.readUTF(),
                TokenProjection.read(in),
                TokenWeights.read(in),
                TreeEnsemble.read(in),
                InteractionNet.read(in),
                Curve.read(in),
                Curve.read(in));
    }
}
