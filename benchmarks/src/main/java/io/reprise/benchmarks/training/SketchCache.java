package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.Sha256;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.embedder.TokenStates;
import io.reprise.server.decision.TokenProjection;
import io.reprise.server.decision.TokenSketch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Vectors and sketches of texts, kept in a file so that the model runs once for each text. The first texts it is given also
 * determine the axes, which are kept beside it. Not thread-safe; one process at a time.
 */
final class SketchCache implements AutoCloseable {
    /** More than is shipped, to find out how many are needed. */
    static final int AXES = 128;

    private static final int TEXTS_FOR_AXES = 4_000;
    private static final int CHUNK = 512;

    /**
     * What is known of a text that can be compared.
     *
     * @param vector {@code float[dimension]}, unit norm
     */
    record Sketched(float[] vector, TokenSketch sketch) {}

    private final SentenceEmbedder embedder;
    private final Path file;
    private final Path axesFile;
    private final Map<String, Sketched> known = new HashMap<>();
    private @Nullable TokenProjection projection;

    private SketchCache(SentenceEmbedder embedder, Path file, Path axesFile) {
        this.embedder = embedder;
        this.file = file;
        this.axesFile = axesFile;
    }

    static SketchCache open(Workspace workspace, ModelFolder model, SentenceEmbedder embedder) throws IOException {
        String name = Sha256.hex(model.weights(), model.tokenizer()).substring(0, 16);
        Files.createDirectories(workspace.scratch());
        var cache = new SketchCache(
                embedder,
                workspace.scratch().resolve("sketches-" + name + ".bin"),
                workspace.scratch().resolve("axes-" + name + ".bin"));
        cache.load();
        return cache;
    }

    /** What is known of a text, or null for one that cannot be compared by meaning. */
    @Nullable Sketched get(String text) {
        return known.get(text);
    }

    /** The axes of the sketches. */
    TokenProjection projection() {
        if (projection == null) {
            throw new IllegalStateException("no text was sketched yet");
        }
        return projection;
    }

    /** Sketches the texts that are new, on as many threads, and says on standard error how far it is. */
    void addAll(Collection<String> texts, int threads) throws IOException {
        List<String> missing = new ArrayList<>(new LinkedHashSet<>(texts));
        missing.removeIf(known::containsKey);
        if (missing.isEmpty()) {
            return;
        }
        if (projection == null) {
            learnAxes(missing.subList(0, Math.min(missing.size(), TEXTS_FOR_AXES)));
        }
        long start = System.nanoTime();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads);
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(
                        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)))) {
            for (int from = 0; from < missing.size(); from += CHUNK * threads) {
                List<String> part = missing.subList(from, Math.min(missing.size(), from + CHUNK * threads));
                List<Future<List<@Nullable Sketched>>> running = new ArrayList<>();
                for (int at = 0; at < part.size(); at += CHUNK) {
                    List<String> chunk = part.subList(at, Math.min(part.size(), at + CHUNK));
                    Callable<List<@Nullable Sketched>> work = () -> sketch(chunk);
                    running.add(executor.submit(work));
                }
                int at = 0;
                for (Future<List<@Nullable Sketched>> future : running) {
                    for (Sketched sketched : result(future)) {
                        keep(out, part.get(at++), sketched);
                    }
                }
                int done = from + part.size();
                double seconds = (System.nanoTime() - start) / 1e9;
                System.err.printf(
                        "\rsketched %,d of %,d texts, about %.0f s to go ",
                        done, missing.size(), seconds / done * (missing.size() - done));
            }
            System.err.println();
        }
    }

    @Override
    public void close() {
        known.clear();
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("sketching failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sketching", e);
        }
    }

    private void learnAxes(List<String> texts) throws IOException {
        List<TokenStates> states = new ArrayList<>();
        for (Embedding embedding : embedder.embedAll(texts)) {
            if (embedding instanceof Embedding.Vector vector
                    && vector.states() != null
                    && vector.states().ids().length > 0) {
                states.add(vector.states());
            }
        }
        TokenProjection learned = PrincipalAxes.of(states, AXES, 1);
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(axesFile)))) {
            learned.write(out);
        }
        projection = learned;
    }

    private List<@Nullable Sketched> sketch(List<String> texts) {
        List<@Nullable Sketched> sketched = new ArrayList<>();
        for (Embedding embedding : embedder.embedAll(texts)) {
            if (embedding instanceof Embedding.Vector vector
                    && vector.unknownTokens() == 0
                    && vector.states() != null) {
                TokenStates states = vector.states();
                sketched.add(
                        new Sketched(vector.vector(), TokenSketch.of(states.ids(), states.states(), projection())));
            } else {
                sketched.add(null);
            }
        }
        return sketched;
    }

    private void keep(DataOutputStream out, String text, @Nullable Sketched sketched) throws IOException {
        known.put(text, sketched);
        byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
        if (sketched == null) {
            out.writeInt(0);
            return;
        }
        byte[] sketch = sketched.sketch().encoded();
        out.writeInt(sketch.length);
        out.write(sketch);
        for (float component : sketched.vector()) {
            out.writeFloat(component);
        }
    }

    private void load() throws IOException {
        if (!Files.exists(axesFile)) {
            Files.deleteIfExists(file);
            return;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(axesFile)))) {
            projection = TokenProjection.read(in);
        }
        if (!Files.exists(file)) {
            return;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 20))) {
            while (in.available() > 0) {
                String text = new String(in.readNBytes(in.readInt()), java.nio.charset.StandardCharsets.UTF_8);
                int length = in.readInt();
                if (length == 0) {
                    known.put(text, null);
                    continue;
                }
                TokenSketch sketch = TokenSketch.decoded(in.readNBytes(length), AXES);
                byte[] floats = in.readNBytes(embedder.dimension() * Float.BYTES);
                float[] vector = new float[embedder.dimension()];
                java.nio.ByteBuffer.wrap(floats).asFloatBuffer().get(vector);
                known.put(text, sketch == null ? null : new Sketched(vector, sketch));
            }
        } catch (EOFException e) {
            throw new UncheckedIOException(file + " was cut short: delete it, and it is made anew", e);
        }
    }
}
