package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.index.Entry;
import io.reprise.index.FlatIndex;
import io.reprise.server.protocol.Completion;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ExactTierTest {
    private final ManualClock clock = new ManualClock();
    private final HookedIndex index = new HookedIndex(new FlatIndex(AngleEmbedder.DIMENSION, clock));
    private final ExactTier tier = new ExactTier(index, 1 << 20, clock);

    @Test
    void entryOfTheIndex_isLoadedAndThenInMemory() {
        index.put(entry("a", "answer"), null);
        assertNull(tier.inMemory("a"));
        assertEquals("answer", text(tier.load("a")));
        assertEquals("answer", text(tier.inMemory("a")));
    }

    @Test
    void absence_isNotRemembered() {
        assertNull(tier.load("a"));
        index.put(entry("a", "answer"), null);
        assertEquals("answer", text(tier.load("a")));
    }

    @Test
    void expiredEntryOfTheIndex_isNotLoaded() {
        index.put(entry("a", "answer"), null);
        clock.advance(Duration.ofHours(1));
        assertNull(tier.load("a"));
    }

    @Test
    void expiredEntry_leavesMemory() {
        tier.store(entry("a", "answer"), null);
        clock.advance(Duration.ofHours(1));
        assertNull(tier.inMemory("a"));
    }

    @Test
    void expiredEntriesThatNobodyAsksFor_leaveMemoryWhenItIsSwept() {
        IntStream.range(0, 100).forEach(i -> tier.store(entry("a" + i, "answer"), null));
        clock.advance(Duration.ofHours(1));
        assertEquals(100, tier.inMemory());
        tier.sweep();
        assertEquals(0, tier.inMemory());
    }

    @Test
    void entryStoredAgain_staysAsLongAsTheNewOne() {
        tier.store(entry("a", "one"), null);
        clock.advance(Duration.ofMinutes(59));
        tier.store(entry("a", "two"), null);
        clock.advance(Duration.ofMinutes(59));
        assertEquals("two", text(tier.inMemory("a")));
    }

    @Test
    void storedEntry_isInBoth() {
        assertEquals(false, tier.store(entry("a", "one"), null));
        assertEquals("one", text(tier.inMemory("a")));
        assertEquals(true, tier.store(entry("a", "two"), null));
        assertEquals("two", text(tier.inMemory("a")));
        assertEquals("two", text(new ExactTier(index, 1 << 20, clock).load("a")));
    }

    @Test
    void storeThatFails_leavesWhatWasThere() {
        tier.store(entry("a", "one"), null);
        index.afterPut(() -> {
            throw new IllegalStateException("disk full");
        });
        try {
            tier.store(entry("a", "two"), null);
        } catch (IllegalStateException e) {
            assertEquals("disk full", e.getMessage());
        }
        assertEquals("one", text(tier.inMemory("a")));
    }

    @Test
    void moreThanItsBytes_areNotHeld() {
        var small = new ExactTier(index, 10_000, clock);
        for (int i = 0; i < 100; i++) {
            small.store(entry("e" + i, "x".repeat(1_000)), null);
        }
        long held = IntStream.range(0, 100)
                .filter(i -> small.inMemory("e" + i) != null)
                .count();
        assertTrue(held <= 10, held + " entries");
        assertNotNull(small.load("e0"));
    }

    @Test
    void tierWithoutMemory_readsTheIndexEachTime() {
        var none = new ExactTier(index, 0, clock);
        none.store(entry("a", "answer"), null);
        assertNull(none.inMemory("a"));
        assertEquals("answer", text(none.load("a")));
    }

    @Test
    void removed_isForgotten() {
        tier.store(entry("a", "answer"), null);
        index.remove("a");
        tier.remove(List.of("a"));
        assertNull(tier.inMemory("a"));
        assertNull(tier.load("a"));
    }

    @Test
    void entryRemovedWhileItIsLoaded_doesNotComeBack() throws InterruptedException {
        index.put(entry("a", "answer"), null);
        var read = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        index.afterGet(() -> {
            read.countDown();
            Waiting.forLatch(goOn);
        });
        Thread loading = Thread.ofPlatform().start(() -> tier.load("a"));
        Waiting.forLatch(read);
        index.afterGet(() -> {});
        index.remove("a");
        Thread removing = Thread.ofPlatform().start(() -> tier.remove(List.of("a")));
        Waiting.until(() -> Waiting.isBlocked(removing) || !removing.isAlive());
        goOn.countDown();
        loading.join();
        removing.join();
        assertNull(tier.inMemory("a"));
        assertNull(tier.load("a"));
    }

    @Test
    void entryReplacedWhileItIsLoaded_isTheNewOne() throws InterruptedException {
        index.put(entry("a", "old"), null);
        var read = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        index.afterGet(() -> {
            read.countDown();
            Waiting.forLatch(goOn);
        });
        Thread loading = Thread.ofPlatform().start(() -> tier.load("a"));
        Waiting.forLatch(read);
        Thread storing = Thread.ofPlatform().start(() -> tier.store(entry("a", "new"), null));
        Waiting.until(() -> Waiting.isBlocked(storing) || !storing.isAlive());
        goOn.countDown();
        loading.join();
        storing.join();
        assertEquals("new", text(tier.inMemory("a")));
    }

    /** Else memory would serve what the index no longer has, and a delete by tag would not find it there. */
    @Test
    void entryStoredTwiceAtOnce_isTheSameInMemoryAndInTheIndex() throws InterruptedException {
        var firstWritten = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var hook = new AtomicReference<Runnable>(() -> {
            firstWritten.countDown();
            Waiting.forLatch(goOn);
        });
        index.afterPut(() -> hook.getAndSet(() -> {}).run());
        Thread first = Thread.ofPlatform().start(() -> tier.store(entry("a", "first"), null));
        Waiting.forLatch(firstWritten);
        Thread second = Thread.ofPlatform().start(() -> tier.store(entry("a", "second"), null));
        Waiting.until(() -> Waiting.isBlocked(second) || !second.isAlive());
        goOn.countDown();
        first.join();
        second.join();
        assertEquals("second", text(tier.inMemory("a")));
        assertEquals("second", text(new ExactTier(index, 1 << 20, clock).load("a")));
    }

    private Entry entry(String id, String answer) {
        long now = clock.millis();
        return new Entry(
                id,
                "scope",
                "ann",
                "default",
                "m",
                "prompt",
                Completion.ofText(answer, "m", null).encode(),
                List.of(),
                now,
                now + 3_600_000);
    }

    private static String text(@Nullable CachedEntry entry) {
        assertNotNull(entry);
        return entry.completion().text();
    }
}
