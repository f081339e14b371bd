package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cache.EmbeddingMemo.Meaning;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class EmbeddingMemoTest {

    private final AngleEmbedder embedder = new AngleEmbedder();
    private final EmbeddingMemo memo = new EmbeddingMemo(embedder, 1 << 20);

    @Test
    void textAskedAgain_isNotEmbeddedAgain() {
        Meaning first = memo.of("ann", "hello ~0.8");
        assertSame(first, memo.of("ann", "hello ~0.8"));
        assertEquals(1, embedder.calls());
    }

    @Test
    void meaning_isTheModels() {
        var meaning = (Meaning.Compared) memo.of("ann", "hello ~0.8");
        assertArrayEquals(new float[] {0.8f, 0.6f}, meaning.vector(), 1e-6f);
    }

    @Test
    void otherPrincipal_hasItEmbeddedAnew() {
        memo.of("ann", "hello");
        memo.of("bob", "hello");
        assertEquals(2, embedder.calls());
        assertEquals(0, memo.hits());
    }

    @Test
    void principalAndText_cannotBeShiftedIntoEachOther() {
        memo.of("ann", "hello");
        memo.of("annh", "ello");
        assertEquals(0, memo.hits());
    }

    @Test
    void textsThatCannotBeCompared_areRememberedToo() {
        assertEquals(new Meaning.NotComparable("too-long"), memo.of("ann", "long story"));
        assertEquals(new Meaning.NotComparable("unknown-words"), memo.of("ann", "what is ☃"));
        memo.of("ann", "long story");
        memo.of("ann", "what is ☃");
        assertEquals(2, embedder.calls());
    }

    @Test
    void bulk_isNotRemembered() {
        memo.computed("hello");
        memo.of("ann", "hello");
        assertEquals(0, memo.hits());
        assertEquals(1, memo.misses());
    }

    @Test
    void noBytes_rememberNothing() {
        var none = new EmbeddingMemo(embedder, 0);
        none.of("ann", "hello");
        none.of("ann", "hello");
        none.of("ann", "long story");
        none.of("ann", "long story");
        assertEquals(4, embedder.calls());
        assertEquals(0, none.hits());
    }

    @Test
    void fewBytes_holdFewTexts() {
        var small = new EmbeddingMemo(embedder, 4_000);
        for (int i = 0; i < 100; i++) {
            small.of("ann", "text " + i);
        }
        for (int i = 0; i < 100; i++) {
            small.of("ann", "text " + i);
        }
        // A dozen fit.
        assertTrue(small.hits() < 30, "hits " + small.hits());
    }

    @Test
    void failure_isNotRemembered() {
        embedder.failWith(() -> new IllegalStateException("broken"));
        assertThrows(IllegalStateException.class, () -> memo.of("ann", "hello"));
        embedder.failWith(() -> null);
        memo.of("ann", "hello");
        assertEquals(2, embedder.calls());
    }

    @Test
    void errorOfTheNativeLibrary_isNotRemembered() {
        embedder.failWith(() -> new UnsatisfiedLinkError("broken"));
        assertThrows(UnsatisfiedLinkError.class, () -> memo.of("ann", "hello"));
        embedder.failWith(() -> null);
        memo.of("ann", "hello");
        assertEquals(0, memo.hits());
    }

    @Test
    void concurrentLookupsOfOneText_computeItOnce() throws Exception {
        CountDownLatch gate = embedder.hold();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Meaning>> asked = askedByEight(threads);
            Waiting.until(() -> memo.hits() == 7);
            gate.countDown();
            for (Future<Meaning> each : asked) {
                assertSame(asked.getFirst().get(), each.get());
            }
        }
        assertEquals(1, embedder.calls());
    }

    @Test
    void failure_isToldToAllWhoWaitForIt() throws Exception {
        CountDownLatch gate = embedder.hold();
        embedder.failWith(() -> new IllegalStateException("broken"));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Meaning>> asked = askedByEight(threads);
            Waiting.until(() -> memo.hits() == 7);
            gate.countDown();
            for (Future<Meaning> each : asked) {
                Throwable failure = assertThrows(Exception.class, each::get);
                assertEquals("java.lang.IllegalStateException: broken", failure.getMessage());
            }
        }
    }

    private List<Future<Meaning>> askedByEight(ExecutorService threads) {
        List<Future<Meaning>> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(threads.submit(() -> memo.of("ann", "hello")));
        }
        return asked;
    }
}
