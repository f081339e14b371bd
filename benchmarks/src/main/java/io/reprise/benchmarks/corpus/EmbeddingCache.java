package io.reprise.benchmarks.corpus;

import io.reprise.embedder.Embedding;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.SentenceEmbedder;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The vectors that the model makes of texts, kept in a file so that every text is embedded once.
 *
 * <p>A file belongs to one model, whose checksum is in its name. A record is 16 bytes of the text's SHA-256, the number
 * of tokens, the number of unknown tokens and the vector (zeros for a text over the window). A record that was cut off
 * at the end is dropped. Not thread-safe; one process at a time.
 */
public final class EmbeddingCache implements AutoCloseable {
    private static final int KEY_BYTES = 16;
    private static final int CHUNK = 256;
    private static final int BUFFER = 1 << 20;

    private record Key(long high, long low) {
        static Key of(String text) {
            ByteBuffer hash = ByteBuffer.wrap(Sha256.of(text.getBytes(StandardCharsets.UTF_8)));
            return new Key(hash.getLong(), hash.getLong());
        }
    }

    private final SentenceEmbedder embedder;
    private final FileChannel file;
    private final int recordBytes;
    private final Map<Key, Embedding> known = new HashMap<>();

    private EmbeddingCache(SentenceEmbedder embedder, FileChannel file) {
        this.embedder = embedder;
        this.file = file;
        this.recordBytes = KEY_BYTES + 2 * Integer.BYTES + embedder.dimension() * Float.BYTES;
    }

    /**
     * Reads what is kept of a model's results.
     *
     * @param embedder of that model; stays the caller's to close
     */
    public static EmbeddingCache open(Workspace workspace, ModelFolder model, SentenceEmbedder embedder) {
        String name = Sha256.hex(model.weights(), model.tokenizer()).substring(0, 16);
        Path path = workspace.scratch().resolve("vectors-" + name + ".bin");
        try {
            Files.createDirectories(workspace.scratch());
            var cache = new EmbeddingCache(
                    embedder,
                    FileChannel.open(
                            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
            cache.load();
            return cache;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** The result for a text that was embedded before. */
    public Embedding get(String text) {
        Embedding embedding = known.get(Key.of(text));
        if (embedding == null) {
            throw new IllegalStateException("this text was never embedded: " + text);
        }
        return embedding;
    }

    /** The vector of a text that can be compared by meaning, as the server judges it; null for any other. */
    public float @Nullable [] comparable(String text) {
        return switch (get(text)) {
            case Embedding.TooLong tooLong -> null;
            case Embedding.Vector vector -> vector.unknownTokens() > 0 ? null : vector.vector();
        };
    }

    /** Embeds the texts that are new, on as many threads, and says on standard error how far it is. */
    public void embedAll(Collection<String> texts, int threads) {
        List<String> missing = new ArrayList<>(new LinkedHashSet<>(texts));
        missing.removeIf(text -> known.containsKey(Key.of(text)));
        if (missing.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            Deque<Chunk> running = new ArrayDeque<>();
            int next = 0;
            int done = 0;
            while (next < missing.size() || !running.isEmpty()) {
                while (next < missing.size() && running.size() < 2 * threads) {
                    List<String> part = missing.subList(next, Math.min(missing.size(), next + CHUNK));
                    running.add(new Chunk(part, executor.submit(() -> embedder.embedAll(part))));
                    next += part.size();
                }
                Chunk chunk = running.remove();
                append(chunk.texts(), chunk.result());
                done += chunk.texts().size();
                progress(done, missing.size(), System.nanoTime() - start);
            }
        }
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Chunk(List<String> texts, Future<List<Embedding>> embeddings) {
        List<Embedding> result() {
            try {
                return embeddings.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("embedding failed", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while embedding", e);
            }
        }
    }

    private static void progress(int done, int all, long nanos) {
        double seconds = nanos / 1e9;
        System.err.printf(
                "\rembedded %,d of %,d texts, %.0f s, about %.0f s to go ",
                done, all, seconds, seconds / done * (all - done));
        if (done == all) {
            System.err.println();
        }
    }

    private void load() throws IOException {
        long whole = 0;
        // Not closed: that would close the file.
        var in = new DataInputStream(new BufferedInputStream(Channels.newInputStream(file), BUFFER));
        try {
            while (whole < file.size()) {
                var key = new Key(in.readLong(), in.readLong());
                int tokens = in.readInt();
                int unknown = in.readInt();
                float[] vector = new float[embedder.dimension()];
                ByteBuffer.wrap(bytes(in, vector.length * Float.BYTES))
                        .asFloatBuffer()
                        .get(vector);
                known.put(
                        key,
                        tokens > embedder.windowTokens()
                                ? new Embedding.TooLong(tokens, embedder.windowTokens())
                                : new Embedding.Vector(vector, tokens, unknown));
                whole += recordBytes;
            }
        } catch (EOFException e) {
            System.err.println("dropping a record that was cut off");
        }
        file.truncate(whole);
        file.position(whole);
    }

    private static byte[] bytes(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private void append(List<String> texts, List<Embedding> results) {
        ByteBuffer block = ByteBuffer.allocate(recordBytes * texts.size());
        for (int i = 0; i < texts.size(); i++) {
            Key key = Key.of(texts.get(i));
            Embedding embedding = results.get(i);
            known.put(key, embedding);
            block.putLong(key.high()).putLong(key.low()).putInt(embedding.tokens());
            switch (embedding) {
                case Embedding.TooLong tooLong -> block.putInt(0);
                case Embedding.Vector vector -> {
                    block.putInt(vector.unknownTokens());
                    block.asFloatBuffer().put(vector.vector());
                }
            }
            block.position(block.position() + embedder.dimension() * Float.BYTES);
        }
        block.flip();
        try {
            while (block.hasRemaining()) {
                file.write(block);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep embeddings", e);
        }
    }
}
