package io.reprise.server.cache;

import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model whose cosines can be read off the texts: {@code "... ~0.97"} has a cosine of 0.97 with every text without such a mark.
 * A text with {@code ☃} has an unknown word; one that starts with {@code long} is too long. It can be made to fail and to wait.
 */
final class AngleEmbedder implements SentenceEmbedder {
    static final int DIMENSION = 2;
    private static final Pattern MARK = Pattern.compile("~(0\\.[0-9]+)");

    private final String name;
    private final int dimension;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicReference<Supplier<? extends Throwable>> fault = new AtomicReference<>(() -> null);
    private final AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));

    AngleEmbedder() {
        this("angle", DIMENSION);
    }

    /** Another model, of the same cosines in its own space. */
    AngleEmbedder(String name, int dimension) {
        this.name = name;
        this.dimension = dimension;
    }

    /** Texts embedded, or begun to be, so far. */
    int calls() {
        return calls.get();
    }

    /** Fails from now on. */
    void failWith(Supplier<? extends Throwable> failure) {
        fault.set(failure);
    }

    /** Holds every call from now on, until the latch is counted down. */
    CountDownLatch hold() {
        var latch = new CountDownLatch(1);
        gate.set(latch);
        return latch;
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public int windowTokens() {
        return 8;
    }

    @Override
    public String modelName() {
        return name;
    }

    @Override
    public Embedding embed(String text) {
        calls.incrementAndGet();
        Waiting.forLatch(gate.get());
        Throwable failure = fault.get().get();
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (text.startsWith("long")) {
            return new Embedding.TooLong(9, windowTokens());
        }
        Matcher mark = MARK.matcher(text);
        double cosine = mark.find() ? Double.parseDouble(mark.group(1)) : 1;
        float[] vector = new float[dimension];
        vector[dimension - 2] = (float) cosine;
        vector[dimension - 1] = (float) Math.sqrt(1 - cosine * cosine);
        return new Embedding.Vector(vector, 3, text.contains("☃") ? 1 : 0);
    }

    @Override
    public List<Embedding> embedAll(List<String> texts) {
        return texts.stream().map(this::embed).toList();
    }

    @Override
    public void close() {}
}
