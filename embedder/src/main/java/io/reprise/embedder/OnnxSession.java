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
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * One session of ONNX Runtime that all callers share: rows of token ids in, one tensor of floats out. Thread-safe until closed;
 * closing while a run is on is the caller's to prevent, because the run uses memory that closing frees.
 *
 * <p>All rows of a run have the same number of tokens, so nothing is ever padded. Padding costs time for tokens that are
 * thrown away, and it moves the output of dynamically quantised models, which choose the scale of an activation from the
 * whole of it, padding and neighbours included.
 */
final class OnnxSession implements AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final ModelManifest manifest;
    private final String rowsInWords;
    private final long[] outputShape;

    private OnnxSession(
            OrtEnvironment environment,
            OrtSession session,
            ModelManifest manifest,
            String rowsInWords,
            long[] outputShape) {
        this.environment = environment;
        this.session = session;
        this.manifest = manifest;
        this.rowsInWords = rowsInWords;
        this.outputShape = outputShape;
    }

    /** Makes something of a run's output. */
    interface Reading<T> {

        /**
         * Called once, before the run's memory is freed.
         *
         * @param values all of the output, in the order of its axes; to be read by absolute position
         */
        T read(long[] shape, FloatBuffer values);
    }

    /**
     * Loads the weights.
     *
     * @param outputAxes what the axes of the output are called in messages; the first is what a row is
     * @throws EmbedderException when the file is not an ONNX model, or its inputs and its output are not those that the manifest
     *     states
     */
    static OnnxSession open(CheckedFolder<?> folder, EmbedderOptions embedderOptions, List<String> outputAxes) {
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
                String rows = outputAxes.getFirst();
                requireInputs(session, folder, rows);
                long[] outputShape = requireOutput(session, folder, outputAxes);
                return new OnnxSession(environment, session, folder.manifest(), rows, outputShape);
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
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

    /** The output's shape as the model states it, {@code -1} for an axis that depends on the input. */
    long[] outputShape() {
        return outputShape.clone();
    }

    /**
     * One run of the model, on the calling thread.
     *
     * @param ids token ids {@code [rows, tokens]}, row by row, not retained
     * @param types token types likewise; ignored by a model that takes none
     * @throws EmbedderException when the model fails
     */
    <T> T run(int rows, long[] ids, long[] types, Reading<T> reading) {
        long[] mask = new long[ids.length];
        Arrays.fill(mask, 1);
        long[] shape = {rows, ids.length / rows};
        String typesInput = manifest.inputs().tokenTypeIds();
        // Wrapping arrays costs 1 to 2 us for the three tensors at any length; long[][] costs 4 us at 13 tokens, 26 at
        // 233.
        try (OnnxTensor idsTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                OnnxTensor typesTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(types), shape)) {
            Map<String, OnnxTensor> inputs = HashMap.newHashMap(3);
            inputs.put(manifest.inputs().inputIds(), idsTensor);
            inputs.put(manifest.inputs().attentionMask(), maskTensor);
            if (typesInput != null) {
                inputs.put(typesInput, typesTensor);
            }
            try (OrtSession.Result result = session.run(inputs, Set.of(manifest.output()))) {
                OnnxTensor output = (OnnxTensor) result.get(0);
                return reading.read(output.getInfo().getShape(), output.getFloatBuffer());
            }
        } catch (OrtException e) {
            throw new EmbedderException(
                    "The model " + manifest.name() + " failed on " + rows + " " + rowsInWords + " of " + shape[1]
                            + " tokens: " + e.getMessage(),
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

    private static void requireInputs(OrtSession session, CheckedFolder<?> folder, String rows) throws OrtException {
        ModelManifest manifest = folder.manifest();
        Set<String> stated = names(manifest.inputs());
        if (!stated.equals(session.getInputNames())) {
            throw new EmbedderException("The model " + manifest.name() + " takes the inputs "
                    + new TreeSet<>(session.getInputNames()) + ", its manifest states " + stated + ": correct "
                    + folder.manifestFile());
        }
        for (NodeInfo input : session.getInputInfo().values()) {
            if (!isTensor(input.getInfo(), OnnxJavaType.INT64, 2)) {
                throw new EmbedderException("The input " + input.getName() + " of the model " + manifest.name() + " is "
                        + input.getInfo() + "; only int64 [" + rows + ", tokens] is supported: use another export");
            }
        }
    }

    private static long[] requireOutput(OrtSession session, CheckedFolder<?> folder, List<String> axes)
            throws OrtException {
        ModelManifest manifest = folder.manifest();
        NodeInfo output = session.getOutputInfo().get(manifest.output());
        if (output == null) {
            throw new EmbedderException("The model " + manifest.name() + " makes the outputs "
                    + new TreeSet<>(session.getOutputNames()) + ", its manifest states " + manifest.output()
                    + ": correct " + folder.manifestFile());
        }
        if (!isTensor(output.getInfo(), OnnxJavaType.FLOAT, axes.size())) {
            throw new EmbedderException("The output " + manifest.output() + " of the model " + manifest.name() + " is "
                    + output.getInfo() + "; only float32 " + axes + " is supported: use another export");
        }
        return ((TensorInfo) output.getInfo()).getShape();
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
