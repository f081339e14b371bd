package io.reprise.benchmarks.micro;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.reprise.embedder.ModelFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;

/**
 * The bundled model without anything of ours around it: the native tokenizer, and {@code OrtSession.run} on one thread. What nobody can
 * be faster than. Thread-safe until closed.
 */
final class RawModel implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final OrtEnvironment environment;
    private final OrtSession session;

    RawModel(ModelFolder folder) {
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    Files.newInputStream(folder.tokenizer()), Map.of("truncation", "false", "padding", "false"));
            environment = OrtEnvironment.getEnvironment();
            try (var options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.setInterOpNumThreads(1);
                session = environment.createSession(folder.weights().toString(), options);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OrtException e) {
            throw new IllegalStateException("the model does not open", e);
        }
    }

    /** Token ids with the special tokens. */
    long[] tokenise(String text) {
        return tokenizer.encode(text).getIds();
    }

    /** Runs the model on one text, and returns the first number of its output. */
    float run(long[] ids) {
        long[] mask = new long[ids.length];
        Arrays.fill(mask, 1);
        long[] shape = {1, ids.length};
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape);
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape);
                OnnxTensor typeTensor =
                        OnnxTensor.createTensor(environment, LongBuffer.wrap(new long[ids.length]), shape);
                OrtSession.Result result = session.run(
                        Map.of("input_ids", idTensor, "attention_mask", maskTensor, "token_type_ids", typeTensor))) {
            FloatBuffer output = ((OnnxTensor) result.get(0)).getFloatBuffer();
            return output.get(0);
        } catch (OrtException e) {
            throw new IllegalStateException("the model failed", e);
        }
    }

    @Override
    public void close() {
        try (tokenizer) {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("the model does not close", e);
        }
    }
}
