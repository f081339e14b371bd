package io.reprise.benchmarks.corpus;

import io.reprise.embedder.Embedding;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.SentenceEmbedder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Up to millions of distinct questions and their vectors, which are computed once and kept in a file that is mapped, not read.
 *
 * <p>The texts are the evaluation data's and crossings of them ({@link CrossedQuestions}), all embedded by the model. Without the data
 * the vectors are seeded ones. A file that is not finished is gone on with. Readable from any thread; one process at a time may make one.
 */
public final class LargeCorpus implements AutoCloseable {
    private static final int CHUNK = 256;
    private static final int THREADS = 2;
    private static final int MAX_CHARS = 250;
    private static final int LATIN_EXTENDED = 0x250;
    private static final long SEED = 5;
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final String source;
    private final List<String> texts;
    private final BitSet real;
    private final int dimension;
    private final Arena arena;
    private final MemorySegment vectors;

    private LargeCorpus(
            String source, List<String> texts, BitSet real, int dimension, Arena arena, MemorySegment vectors) {
        this.source = source;
        this.texts = texts;
        this.real = real;
        this.dimension = dimension;
        this.arena = arena;
        this.vectors = vectors;
    }

    /**
     * Opens a corpus, making what is missing of it: about 45 minutes for a million on two cores.
     *
     * @param size how many texts to begin with; the model cannot compare a few of them, which have no vector
     */
    public static LargeCorpus open(Workspace workspace, ModelFolder model, SentenceEmbedder embedder, int size) {
        EvaluationData data = EvaluationData.in(workspace.evaluationData()).orElse(null);
        Set<String> known = data == null ? Set.of() : RealQuestions.texts(data);
        Set<String> real =
                known.stream().filter(LargeCorpus::isShort).collect(Collectors.toCollection(LinkedHashSet::new));
        List<String> texts = data == null ? madeUp(size) : CrossedQuestions.mixed(real, size);
        BitSet isReal = new BitSet(size);
        for (int i = 0; i < texts.size(); i++) {
            isReal.set(i, real.contains(texts.get(i)));
        }
        Path file = workspace.scratch().resolve("large-%s.vectors".formatted(fingerprint(model, texts)));
        var maker = new Maker(embedder, texts, data == null);
        try {
            Files.createDirectories(workspace.scratch());
            maker.complete(file);
            Arena arena = Arena.ofShared();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                MemorySegment vectors = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
                return new LargeCorpus(
                        source(data != null, isReal, texts.size()),
                        texts,
                        isReal,
                        embedder.dimension(),
                        arena,
                        vectors);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + file, e);
        }
    }

    /** What the texts and vectors are, in a sentence for the report. */
    public String source() {
        return source;
    }

    /** How many texts there are, with those that have no vector. */
    public int size() {
        return texts.size();
    }

    public String text(int number) {
        return texts.get(number);
    }

    /** Whether there are any that somebody asked. */
    public boolean hasReal() {
        return !real.isEmpty();
    }

    /** Whether somebody asked this question, rather than its being made of two. */
    public boolean isReal(int number) {
        return real.get(number);
    }

    /** A copy of the text's vector, of unit norm; null where the model cannot compare the text. */
    public float @Nullable [] vector(int number) {
        float[] vector = new float[dimension];
        MemorySegment.copy(vectors, FLOAT, (long) number * dimension * Float.BYTES, vector, 0, dimension);
        for (float component : vector) {
            if (component != 0) {
                return vector;
            }
        }
        return null;
    }

    @Override
    public void close() {
        arena.close();
    }

    /** A question of usual length, in the Latin script, which the model knows. */
    private static boolean isShort(String text) {
        return text.length() <= MAX_CHARS && text.chars().allMatch(c -> c >= ' ' && c < LATIN_EXTENDED);
    }

    private static List<String> madeUp(int size) {
        List<String> texts = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            texts.add("Made-up question " + i);
        }
        return texts;
    }

    private static String source(boolean hasData, BitSet real, int size) {
        return hasData
                ? String.format(
                        Locale.ROOT,
                        "%,d distinct questions: %,d real ones of the evaluation data, the others crossings of them (the beginning of one and the end of another"
                                + " that share two neighbouring words); every vector is the model's",
                        size,
                        real.cardinality())
                : String.format(Locale.ROOT, "%,d seeded vectors in clusters, as there is no evaluation data", size);
    }

    private static String fingerprint(ModelFolder model, List<String> texts) {
        long hash = texts.size();
        for (String text : texts) {
            hash = hash * 1_000_003 + text.hashCode();
        }
        String what = Sha256.hex(model.weights(), model.tokenizer()) + Long.toHexString(hash);
        return HexFormat.of().formatHex(Sha256.of(what.getBytes(StandardCharsets.UTF_8)), 0, 8);
    }

    /** Computes what a file does not hold yet; a text that cannot be compared gets zeros. */
    private static final class Maker {
        private final SentenceEmbedder embedder;
        private final List<String> texts;
        private final boolean seeded;
        private final int bytes;

        Maker(SentenceEmbedder embedder, List<String> texts, boolean seeded) {
            this.embedder = embedder;
            this.texts = texts;
            this.seeded = seeded;
            this.bytes = embedder.dimension() * Float.BYTES;
        }

        void complete(Path path) throws IOException {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
                int done = (int) (file.size() / bytes);
                file.position((long) done * bytes);
                int first = done;
                long start = System.nanoTime();
                Deque<Future<ByteBuffer>> running = new ArrayDeque<>();
                int next = done;
                while (done < texts.size()) {
                    while (next < texts.size() && running.size() < 2 * THREADS) {
                        int from = next;
                        next = Math.min(texts.size(), from + CHUNK);
                        int until = next;
                        running.add(executor.submit(() -> vectors(from, until)));
                    }
                    ByteBuffer block = result(running.remove());
                    done += block.remaining() / bytes;
                    while (block.hasRemaining()) {
                        file.write(block);
                    }
                    double seconds = (System.nanoTime() - start) / 1e9;
                    System.err.printf(
                            "\rembedded %,d of %,d texts, about %.0f s to go ",
                            done, texts.size(), seconds / (done - first) * (texts.size() - done));
                }
                System.err.println();
            }
        }

        private ByteBuffer vectors(int from, int until) {
            ByteBuffer block = ByteBuffer.allocate((until - from) * bytes).order(ByteOrder.LITTLE_ENDIAN);
            if (seeded) {
                // Of the chunk's own seed, so that a file that is gone on with is the same.
                SeededVectors.clustered(until - from, embedder.dimension(), new Random(SEED + from))
                        .forEach(vector -> put(block, vector));
                return block.flip();
            }
            List<String> chunk = texts.subList(from, until);
            for (Embedding embedding : embedder.embedAll(chunk)) {
                put(
                        block,
                        embedding instanceof Embedding.Vector vector && vector.unknownTokens() == 0
                                ? vector.vector()
                                : new float[embedder.dimension()]);
            }
            return block.flip();
        }

        private static void put(ByteBuffer block, float[] vector) {
            for (float component : vector) {
                block.putFloat(component);
            }
        }

        private static ByteBuffer result(Future<ByteBuffer> future) {
            try {
                return future.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("embedding failed", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while embedding", e);
            }
        }
    }
}
