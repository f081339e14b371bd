package io.reprise.embedder;

import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * A model's tokenizer and its session, both native, and the lock that keeps closing from freeing them under a running call.
 * Thread-safe: calls share both, and none waits for another.
 */
final class LoadedModel implements AutoCloseable {
    private final String name;
    private final SentenceTokenizer tokenizer;
    private final OnnxSession session;

    /** Read by calls, written by closing, which so waits for all calls. */
    private final ReadWriteLock lifecycle = new ReentrantReadWriteLock();

    private boolean closed;

    private LoadedModel(String name, SentenceTokenizer tokenizer, OnnxSession session) {
        this.name = name;
        this.tokenizer = tokenizer;
        this.session = session;
    }

    /**
     * Loads the tokenizer and the weights.
     *
     * @param outputAxes what the axes of the model's output are called in messages
     * @throws EmbedderException when a file is not what it should be, or the model is not the one that the manifest describes
     */
    static LoadedModel open(CheckedFolder<?> folder, EmbedderOptions options, List<String> outputAxes) {
        SentenceTokenizer tokenizer = SentenceTokenizer.open(folder.tokenizer());
        try {
            return new LoadedModel(folder.manifest().name(), tokenizer, OnnxSession.open(folder, options, outputAxes));
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    SentenceTokenizer tokenizer() {
        return tokenizer;
    }

    OnnxSession session() {
        return session;
    }

    /**
     * A call that uses the tokenizer or the session, on the calling thread.
     *
     * @throws IllegalStateException after {@link #close()}
     */
    <T> T whileOpen(Supplier<T> call) {
        Lock running = lifecycle.readLock();
        running.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the model " + name + " is closed");
            }
            return call.get();
        } finally {
            running.unlock();
        }
    }

    /** Waits for running calls and frees both. Idempotent. */
    @Override
    public void close() {
        Lock closing = lifecycle.writeLock();
        closing.lock();
        try {
            if (!closed) {
                closed = true;
                try (tokenizer) {
                    session.close();
                }
            }
        } finally {
            closing.unlock();
        }
    }
}
