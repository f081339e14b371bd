package io.reprise.embedder;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The ONNX model behind an embedder: token ids to unit vectors. Thread-safe while its session is open, which it does not own. */
final class OnnxSentenceModel {
    static final List<String> OUTPUT_AXES = List.of("texts", "tokens", "dimension");

    private final CheckedFolder<SentenceManifest> folder;
    private final SentenceManifest manifest;
    private final OnnxSession session;

    /** @throws EmbedderException when the model's dimension is not the manifest's */
    OnnxSentenceModel(CheckedFolder<SentenceManifest> folder, OnnxSession session) {
        this.folder = folder;
        this.manifest = folder.manifest();
        this.session = session;
        long dimension = session.outputShape()[2];
        // A dimension that the graph leaves open is checked with the first output.
        if (dimension != manifest.dimension() && dimension != -1) {
            throw new EmbedderException("The model " + manifest.name() + " has the dimension " + dimension
                    + ", its manifest states " + manifest.dimension() + ": correct " + folder.manifestFile());
        }
    }

    /**
     * Embeds texts of equal length in one run.
     *
     * @param texts token ids of one text each, at least one text, all of the same length, not retained
     * @return the vector of each text, {@code float[dimension]} of unit L2 norm, in the same order
     * @throws EmbedderException when the model fails or its output is not of the stated shape
     */
    List<float[]> run(List<long[]> texts) {
        int tokens = texts.getFirst().length;
        long[] ids = new long[texts.size() * tokens];
        for (int text = 0; text < texts.size(); text++) {
            System.arraycopy(texts.get(text), 0, ids, text * tokens, tokens);
        }
        return session.run(
                texts.size(),
                ids,
                new long[ids.length],
                (shape, tokenVectors) -> pooled(shape, tokenVectors, texts.size(), tokens));
    }

    private List<float[]> pooled(long[] shape, FloatBuffer tokenVectors, int texts, int tokens) {
        if (!Arrays.equals(shape, new long[] {texts, tokens, manifest.dimension()})) {
            throw new EmbedderException("The model " + manifest.name() + " made " + Arrays.toString(shape) + " of "
                    + texts + " texts of " + tokens + " tokens, where its manifest states the dimension "
                    + manifest.dimension() + ": correct " + folder.manifestFile());
        }
        List<float[]> vectors = new ArrayList<>(texts);
        for (int text = 0; text < texts; text++) {
            float[] vector = new float[manifest.dimension()];
            manifest.pooling().pool(tokenVectors, text, tokens, vector);
            normalise(vector);
            vectors.add(vector);
        }
        return vectors;
    }

    private void normalise(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        double norm = Math.sqrt(squares);
        if (!(norm > 0 && norm < Double.POSITIVE_INFINITY)) {
            throw new EmbedderException(
                    "The model " + manifest.name() + " made a vector of norm " + norm + ", which has no direction");
        }
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (vector[i] / norm);
        }
    }
}
