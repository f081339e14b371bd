package io.reprise.server.cache;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.HiddenText;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.protocol.Fingerprint;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.LongAdder;

/**
 * What texts of late are compared by meaning with, so that a text that comes again is not embedded again: in another
 * scope, on a retry, when its answer is stored after all, or after its entry has expired.
 *
 * <p>What the model computes takes milliseconds, so a caller can tell by the time what is remembered. Therefore
 * principals share nothing here: the key is a hash of principal and text. It also keeps long texts out of memory. Of
 * the model's results the vector is kept, or why there is none.
 *
 * <p>Bounded by bytes, evicted by TinyLFU. Who asks first for a text computes it, and the others who ask meanwhile wait
 * for that one: since it is running already, and not queued, waiting cannot deadlock a pool. A failure is told to
 * these, and not remembered. Thread-safe; computes on the calling thread.
 */
final class EmbeddingMemo {
    /** What an entry takes beside its arrays: key, future, node and headers, rounded up. */
    private static final int OVERHEAD_BYTES = 320;

    /** What a text is compared by meaning with, or why it is not. */
    sealed interface Meaning {
        /** It is compared with this vector, which is not to be modified. */
        record Compared(float[] vector) implements Meaning {}

        /** It is not; a word of the HTTP contract's reasons says why. */
        record NotComparable(String why) implements Meaning {}
    }

    private final SentenceEmbedder embedder;
    private final AsyncCache<String, Meaning> memo;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    /** @param maxBytes 0 remembers nothing; lookups of one text at the same time still share their work */
    EmbeddingMemo(SentenceEmbedder embedder, long maxBytes) {
        this.embedder = embedder;
        this.memo = Caffeine.newBuilder()
                .maximumWeight(maxBytes)
                .weigher((String key, Meaning meaning) -> bytes(meaning))
                .executor(Runnable::run)
                .buildAsync();
    }

    /** What a principal's text is compared with, computed here and now unless it was of late. */
    Meaning of(String principal, String text) {
        String key = new Fingerprint().text(principal).text(text).hex();
        var mine = new CompletableFuture<Meaning>();
        CompletableFuture<Meaning> there = memo.asMap().putIfAbsent(key, mine);
        if (there != null) {
            hits.increment();
            return result(there);
        }
        misses.increment();
        try {
            Meaning meaning = computed(text);
            mine.complete(meaning);
            return meaning;
        } catch (RuntimeException | Error e) {
            // Errors too: native libraries fail with those, and whoever waits must hear of it.
            mine.completeExceptionally(e);
            throw e;
        }
    }

    /**
     * What a text is compared with, computed here and now, and not remembered: for bulk, which would push out what is
     * asked.
     */
    Meaning computed(String text) {
        // Whoever reads the page, and the model, would take it for the text without them.
        if (HiddenText.isIn(text)) {
            return new Meaning.NotComparable("hidden-text");
        }
        return switch (embedder.embed(text)) {
            case Embedding.TooLong tooLong -> new Meaning.NotComparable("too-long");
            // Texts that differ only in words the model does not know have one vector.
            case Embedding.Vector v when v.unknownTokens() > 0 -> new Meaning.NotComparable("unknown-words");
            case Embedding.Vector v -> new Meaning.Compared(v.vector());
        };
    }

    /** Texts that were remembered when they were asked for, or were being computed. */
    long hits() {
        return hits.sum();
    }

    /** Texts that were not. */
    long misses() {
        return misses.sum();
    }

    private static Meaning result(CompletableFuture<Meaning> computing) {
        try {
            return computing.join();
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw e;
            }
        }
    }

    private static int bytes(Meaning meaning) {
        return switch (meaning) {
            case Meaning.NotComparable none -> OVERHEAD_BYTES;
            case Meaning.Compared(float[] vector) -> OVERHEAD_BYTES + vector.length * Float.BYTES;
        };
    }
}
