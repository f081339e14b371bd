package io.reprise.embedder;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import io.reprise.embedder.ModelManifest.Inputs;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The ONNX model behind an embedder: token ids to unit vectors, in one session that all callers share. Thread-safe until
 * closed; closing while a run is on is the caller's to prevent, because the run uses memory that closing frees.
 *
 * <p>All texts of a run have the same number of tokens, so nothing is ever padded. Padding costs time for tokens that are
 * thrown away, and it moves the vectors of dynamically quantised models, which choose the scale of an activation from the
 * whole of it, padding and neighbours included.
 */
final class OnnxModel implements AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ModelFolder folder;
    private final ModelManifest manifest;

    private OnnxModel(OrtEnvironment environment, OrtSession session, ModelFolder folder) {
        this.environment = environment;
        this.session = session;
        this.folder = folder;
        this.manifest = folder.manifest();
    }

    /**
     * What the model made of one text.
     *
     * @param vector {@code float[dimension]} of unit L2 norm
     * @param states {@code [tokens, dimension]} row by row, special tokens included
     */
    record Output(float[] vector, float[] states) {}

    /** @throws EmbedderException when the file is not an ONNX model, or not the one that the manifest describes */
    static OnnxModel open(ModelFolder folder, EmbedderOptions embedderOptions) {
        try (SessionOptions options = new SessionOptions()) {
            OrtEnvironment environment = OrtEnvironment.getEnvironment();
            // Only builds for Windows send any.
            environment.setTelemetry(false);
            options.setIntraOpNumThreads(embedderOptions.intraOpThreads());
            options.setInterOpNumThreads(1);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            OrtSession session = environment.createSession(folder.weights().toString(), options);
            try {
                requireDescribed(session, folder);
            } catch (OrtException | EmbedderException e) {
                session.close();
                throw e;
            }
            return new OnnxModel(environment, session, folder);
        } catch (OrtException e) {
            throw new EmbedderException(
                    "ONNX Runtime cannot open " + folder.weights() + " (" + e.getMessage()
                            + "): it must be an ONNX model in one file",
                    e);
        } catch (LinkageError e) {
            throw new EmbedderException(
                    "ONNX Runtime does not load on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + " (" + e.getMessage() + "): use a supported platform",
                    e);
        }
    }

    /**
     * Embeds texts of equal length in one run.
     *
     * @param texts token ids of one text each, at least one text, all of the same length, not retained
     * @return what the model made of each text, in the same order
     * @throws EmbedderException when the model fails or its output is not of the stated shape
     */
    List<Output> run(List<long[]> texts) {
        int tokens = texts.getFirst().length;
        long[] ids = new long[texts.size() * tokens];
        for (int text = 0; text < texts.size(); text++) {
            System.arraycopy(texts.get(text), 0, ids, text * tokens, tokens);
        }
        long[] mask = new long[ids.length];
        Arrays.fill(mask, 1);
        long[] shape = {texts.size(), tokens};
        String typesInput = manifest.inputs().tokenTypeIds();
        // Wrapping arrays costs 1 to 2 us for the three tensors at any length; long[][] costs 4 us at 13 tokens, 26 at
        // 233.
        try (OnnxTensor idsTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                OnnxTensor typesTensor =
                        OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape)) {
            Map<String, OnnxTensor> inputs = HashMap.newHashMap(3);
            inputs.put(manifest.inputs().inputIds(), idsTensor);
            inputs.put(manifest.inputs().attentionMask(), maskTensor);
            if (typesInput != null) {
                inputs.put(typesInput, typesTensor);
            }
            try (OrtSession.Result result = session.run(inputs, Set.of(manifest.output()))) {
                return pooled((OnnxTensor) result.get(0), texts.size(), tokens);
            }
        } catch (OrtException e) {
            throw new EmbedderException(
                    "The model " + manifest.name() + " failed on " + texts.size() + " texts of " + tokens + " tokens: "
                            + e.getMessage(),
                    e);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new EmbedderException("The model " + manifest.name() + " did not close: " + e.getMessage(), e);
        }
    }

    private List<Output> pooled(OnnxTensor output, int texts, int tokens) {
        long[] shape = output.getInfo().getShape();
        if (!Arrays.equals(shape, new long[] {texts, tokens, manifest.dimension()})) {
            throw new EmbedderException("The model " + manifest.name() + " made " + Arrays.toString(shape) + " of "
                    + texts + " texts of " + tokens + " tokens, where its manifest states the dimension "
                    + manifest.dimension() + ": correct " + folder.path().resolve(ModelFolder.MANIFEST));
        }
        FloatBuffer tokenVectors = output.getFloatBuffer();
        List<Output> outputs = new ArrayList<>(texts);
        for (int text = 0; text < texts; text++) {
            float[] vector = new float[manifest.dimension()];
            manifest.pooling().pool(tokenVectors, text, tokens, vector);
            normalise(vector);
            float[] states = new float[tokens * vector.length];
            tokenVectors.get(text * states.length, states);
            outputs.add(new Output(vector, states));
        }
        return outputs;
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

    private static void requireDescribed(OrtSession session, ModelFolder folder) throws OrtException {
        ModelManifest manifest = folder.manifest();
        String correct = ": correct " + folder.path().resolve(ModelFolder.MANIFEST);
        Set<String> stated = names(manifest.inputs());
        if (!stated.equals(session.getInputNames())) {
            throw new EmbedderException("The model " + manifest.name() + " takes the inputs "
                    + new TreeSet<>(session.getInputNames()) + ", its manifest states " + stated + correct);
        }
        for (NodeInfo input : session.getInputInfo().values()) {
            if (!isTensor(input.getInfo(), OnnxJavaType.INT64, 2)) {
                throw new EmbedderException("The input " + input.getName() + " of the model " + manifest.name() + " is "
                        + input.getInfo() + "; only int64 [texts, tokens] is supported: use another export");
            }
        }
        NodeInfo output = session.getOutputInfo().get(manifest.output());
        if (output == null) {
            throw new EmbedderException("The model " + manifest.name() + " makes the outputs "
                    + new TreeSet<>(session.getOutputNames()) + ", its manifest states " + manifest.output() + correct);
        }
        if (!isTensor(output.getInfo(), OnnxJavaType.FLOAT, 3)) {
            throw new EmbedderException("The output " + manifest.output() + " of the model " + manifest.name() + " is "
                    + output.getInfo() + "; only float32 [texts, tokens, dimension] is supported: use another export");
        }
        long dimension = ((TensorInfo) output.getInfo()).getShape()[2];
        // A dimension that the graph leaves open is checked with the first output.
        if (dimension != manifest.dimension() && dimension != -1) {
            throw new EmbedderException("The model " + manifest.name() + " has the dimension " + dimension
                    + ", its manifest states " + manifest.dimension() + correct);
        }
    }

    private static Set<String> names(Inputs inputs) {
        Set<String> names = new TreeSet<>(Set.of(inputs.inputIds(), inputs.attentionMask()));
        if (inputs.tokenTypeIds() != null) {
            names.add(inputs.tokenTypeIds());
        }
        return names;
    }

    private static boolean isTensor(ValueInfo info, OnnxJavaType type, int rank) {
        return info instanceof TensorInfo tensor && tensor.type == type && tensor.getShape().length == rank;
    }
}
