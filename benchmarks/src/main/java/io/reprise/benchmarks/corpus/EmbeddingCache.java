package io.reprise.benchmarks.corpus;

import io.reprise.embedder.Embedding;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.embedder.TokenStates;
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
 * What the model makes of texts, kept in a file so that every text is embedded once: the vector, and the sketch that a policy makes of
 * the tokens' states. The states themselves are not kept.
 *
 * <p>A file belongs to one model, whose checksum is in its name, and to one {@link Sketcher}. A record is 16 bytes of the text's SHA-256, the
 * number of tokens, the number of unknown tokens, the vector (zeros for a text over the window), the length of the sketch (0 for
 * none) and the sketch. A record that was cut off at the end is dropped. Not thread-safe; one process at a time.
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

    /** @param sketch null where none was made */
    private record Kept(Embedding embedding, byte @Nullable [] sketch) {}

    private final SentenceEmbedder embedder;
    private final Sketcher sketcher;
    private final FileChannel file;
    private final int fixedBytes;
    private final Map<Key, Kept> known = new HashMap<>();

    private EmbeddingCache(SentenceEmbedder embedder, Sketcher sketcher, FileChannel file) {
        this.embedder = embedder;
        this.sketcher = sketcher;
        this.file = file;
        this.fixedBytes = KEY_BYTES + 3 * Integer.BYTES + embedder.dimension() * Float.BYTES;
    }

    /**
     * Reads what is kept of a model's results.
     *
     * @param embedder of that model; stays the caller's to close
     */
    public static EmbeddingCache open(
            Workspace workspace, ModelFolder model, SentenceEmbedder embedder, Sketcher sketcher) {
        String name = Sha256.hex(model.weights(), model.tokenizer()).substring(0, 16);
        Path path = workspace.scratch().resolve("embeddings-" + name + "-" + sketcher.key() + ".bin");
        try {
            Files.createDirectories(workspace.scratch());
            var cache = new EmbeddingCache(
                    embedder,
                    sketcher,
                    FileChannel.open(
                            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
            cache.load();
            return cache;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    /** The result for a text that was embedded before, without its tokens' states. */
    public Embedding get(String text) {
        return kept(text).embedding();
    }

    /** The sketch of a text that was embedded before, not to be modified; null for one that cannot be compared by meaning. */
    public byte @Nullable [] sketch(String text) {
        return kept(text).sketch();
    }

    /** The vector of a text that can be compared by meaning, as the server judges it; null for any other. */
    public float @Nullable [] comparable(String text) {
        return switch (get(text)) {
            case Embedding.TooLong tooLong -> null;
            case Embedding.Vector vector -> vector.unknownTokens() > 0 ? null : vector.vector();
        };
    }

    /** Names the kind of the sketches. */
    String sketchKey() {
        return sketcher.key();
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
                    running.add(new Chunk(part, executor.submit(() -> embed(part))));
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

    private record Chunk(List<String> texts, Future<List<Kept>> embeddings) {
        List<Kept> result() {
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

    private Kept kept(String text) {
        Kept kept = known.get(Key.of(text));
        if (kept == null) {
            throw new IllegalStateException("this text was never embedded: " + text);
        }
        return kept;
    }

    private List<Kept> embed(List<String> texts) {
        List<Kept> results = new ArrayList<>(texts.size());
        for (Embedding embedding : embedder.embedAll(texts)) {
            results.add(
                    switch (embedding) {
                        case Embedding.TooLong tooLong -> new Kept(tooLong, null);
                        case Embedding.Vector vector -> sketched(vector);
                    });
        }
        return results;
    }

    private Kept sketched(Embedding.Vector vector) {
        TokenStates states = vector.unknownTokens() == 0 ? vector.states() : null;
        return new Kept(
                new Embedding.Vector(vector.vector(), vector.tokens(), vector.unknownTokens()),
                states == null ? null : sketcher.sketch().apply(states));
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
                byte[] sketch = bytes(in, in.readInt());
                known.put(
                        key,
                        new Kept(
                                tokens > embedder.windowTokens()
                                        ? new Embedding.TooLong(tokens, embedder.windowTokens())
                                        : new Embedding.Vector(vector, tokens, unknown),
                                sketch.length == 0 ? null : sketch));
                whole += fixedBytes + sketch.length;
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

    private void append(List<String> texts, List<Kept> results) {
        int sketches = 0;
        for (Kept kept : results) {
            sketches += length(kept.sketch());
        }
        ByteBuffer block = ByteBuffer.allocate(fixedBytes * texts.size() + sketches);
        for (int i = 0; i < texts.size(); i++) {
            Key key = Key.of(texts.get(i));
            Kept kept = results.get(i);
            known.put(key, kept);
            block.putLong(key.high()).putLong(key.low()).putInt(kept.embedding().tokens());
            switch (kept.embedding()) {
                case Embedding.TooLong tooLong -> block.putInt(0);
                case Embedding.Vector vector -> {
                    block.putInt(vector.unknownTokens());
                    block.asFloatBuffer().put(vector.vector());
                }
            }
            block.position(block.position() + embedder.dimension() * Float.BYTES);
            block.putInt(length(kept.sketch()));
            if (kept.sketch() != null) {
                block.put(kept.sketch());
            }
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

    private static int length(byte @Nullable [] sketch) {
        return sketch == null ? 0 : sketch.length;
    }
}
