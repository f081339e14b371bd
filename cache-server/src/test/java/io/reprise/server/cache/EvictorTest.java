package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.index.EntryFilter;
import io.reprise.index.IndexException;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.cache.eviction.Bounds;
import io.reprise.server.cache.eviction.ProvenPrincipals;
import io.reprise.server.cache.eviction.Victim;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiChat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cache with bounds, over a real index on disk. */
@Timeout(60)
final class EvictorTest {
    private static final LookupOptions ANY = new LookupOptions(true, null, null);
    private static final LookupOptions EXACT = new LookupOptions(false, null, null);
    private static final CallerScope ANN = CallerScope.of("ann", "default", null);

    private final ManualClock clock = new ManualClock();
    private final Map<Victim.Reason, Long> evicted = new EnumMap<>(Victim.Reason.class);
    private HookedIndex index;
    private SemanticCache cache;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        open(new Bounds(10, 0, 0));
    }

    @AfterEach
    void close() {
        cache.close();
        index.close();
    }

    @Test
    void moreThanTheBound_isDroppedAndWhatIsHitStays() {
        store(ANN, 0, 1);
        for (int i = 1; i < 30; i++) {
            store(ANN, i, i + 1);
            clock.advance(Duration.ofSeconds(10));
            hit("question 0");
            cache.awaitEvictor();
        }
        assertEquals(10, entries());
        assertEquals(10, cache.residentEntries());
        assertEquals(20, evicted.get(Victim.Reason.ENTRIES));
        hit("question 0");
        hit("question 29");
        assertInstanceOf(Lookup.Miss.class, cache.lookup(query(ANN, "question 1"), EXACT));
    }

    @Test
    void hitsByMeaning_keepTheEntryThatAnswers() {
        store(ANN, 0, 1);
        for (int i = 1; i < 30; i++) {
            // Of another scope each, so that nothing but the first is near.
            CallerScope other = CallerScope.of("ann", "default", "context " + i);
            store(other, i, i + 1);
            clock.advance(Duration.ofSeconds(10));
            assertInstanceOf(Lookup.Hit.class, cache.lookup(query(ANN, "other words ~0.97 " + i), ANY));
            cache.awaitEvictor();
        }
        assertEquals(10, entries());
        hit("question 0");
    }

    @Test
    void hitsOfMemoryAndOfBatches_count() {
        store(ANN, 0, 2);
        for (int i = 2; i < 30; i++) {
            store(ANN, i, i + 1);
            clock.advance(Duration.ofSeconds(10));
            assertTrue(cache.remembered(query(ANN, "question 0"), EXACT) != null);
            assertTrue(cache.lookupAll(List.of(query(ANN, "question 1")), null)
                            .entries()
                            .getFirst()
                    != null);
            cache.awaitEvictor();
        }
        assertEquals(10, entries());
        hit("question 0");
        hit("question 1");
    }

    @Test
    void bytes_areKeptWithinTheirBound() {
        reopen(new Bounds(0, 100_000, 0));
        IntStream.range(0, 40).forEach(i -> store(ANN, i, "x".repeat(10_000)));
        cache.awaitEvictor();
        assertEquals(9, entries());
        assertTrue(cache.residentBytes() <= 100_000, cache.residentBytes() + " bytes");
        assertEquals(31, evicted.get(Victim.Reason.BYTES));
    }

    @Test
    void namespace_isKeptWithinItsBound() {
        reopen(new Bounds(0, 0, 5));
        CallerScope bob = CallerScope.of("bob", "default", null);
        store(bob, 0, 5);
        clock.advance(Duration.ofSeconds(10));
        store(ANN, 0, 20);
        store(CallerScope.of("ann", "other", null), 0, 5);
        cache.awaitEvictor();
        assertEquals(5, Waiting.result(cache.count(EntryFilter.ofPrincipal("bob"))));
        assertEquals(10, Waiting.result(cache.count(EntryFilter.ofPrincipal("ann"))));
        assertEquals(15, evicted.get(Victim.Reason.NAMESPACE));
    }

    @Test
    void evictedEntry_answersNeitherFromMemoryNorByMeaning() {
        store(ANN, 0, 1);
        clock.advance(Duration.ofSeconds(10));
        IntStream.range(1, 11).forEach(i -> store(CallerScope.of("ann", "default", "context " + i), i, i + 1));
        cache.awaitEvictor();
        assertEquals(null, cache.remembered(query(ANN, "question 0"), EXACT));
        assertInstanceOf(Lookup.Miss.class, cache.lookup(query(ANN, "other words"), ANY));
    }

    @Test
    void deletes_makeRoom() {
        store(ANN, 0, 10);
        Waiting.result(cache.delete(query(ANN, "question 3").id(), "ann"));
        Waiting.result(cache.deleteAll(new EntryFilter(null, null, null, null, "question 4")));
        assertEquals(8, cache.residentEntries());
        store(ANN, 10, 12);
        cache.awaitEvictor();
        assertEquals(Map.of(), evicted);
    }

    @Test
    void expired_makeRoom() {
        store(ANN, 0, 10);
        clock.advance(Duration.ofDays(8));
        cache.awaitEvictor();
        assertEquals(0, cache.residentEntries());
        store(ANN, 10, 20);
        cache.awaitEvictor();
        assertEquals(10, entries());
        assertEquals(Map.of(), evicted);
    }

    @Test
    void afterARestart_theAccountAndTheHitsAreThere() {
        store(ANN, 0, 10);
        IntStream.range(0, 20).forEach(i -> hit("question 7"));
        long bytes = cache.residentBytes();
        reopen(new Bounds(10, 0, 0));
        cache.awaitEvictor();
        assertEquals(10, cache.residentEntries());
        assertEquals(bytes, cache.residentBytes());
        clock.advance(Duration.ofSeconds(10));
        store(ANN, 10, 19);
        cache.awaitEvictor();
        assertEquals(10, entries());
        hit("question 7");
    }

    @Test
    void withoutTheFileOfHits_aRestartWorks() throws IOException {
        store(ANN, 0, 10);
        cache.close();
        Files.write(hits(), new byte[] {1, 2, 3});
        index.close();
        open(new Bounds(10, 0, 0));
        cache.awaitEvictor();
        assertEquals(10, cache.residentEntries());
    }

    @Test
    void lowerBoundAfterARestart_isReached() {
        reopen(new Bounds(0, 0, 1000));
        store(ANN, 0, 600);
        reopen(new Bounds(100, 0, 0));
        cache.awaitEvictor();
        // At most: the hundredth that is dropped besides depends on how far the count had come.
        assertTrue(entries() <= 100 && entries() >= 99, entries() + " entries");
        assertEquals(entries(), cache.residentEntries());
    }

    @Test
    void indexThatRefuses_failsNoStoreAndIsTriedAgain() {
        store(ANN, 0, 10);
        index.beforeRemoval(() -> {
            throw new IndexException("disk full");
        });
        store(ANN, 10, 15);
        cache.awaitEvictor();
        assertEquals(15, entries());
        index.beforeRemoval(() -> {});
        cache.awaitEvictor();
        assertEquals(10, entries());
    }

    // ---- means

    private void open(Bounds bounds) {
        index = new HookedIndex(
                LuceneIndex.open(folder.resolve("index"), IndexOptions.of(AngleEmbedder.DIMENSION, "angle"), clock));
        var keeping = new Keeping(
                bounds,
                (model, prompt, answer) -> 1_000_000,
                (reason, entries, bytes) -> {
                    synchronized (evicted) {
                        evicted.merge(reason, entries, Long::sum);
                    }
                },
                hits(),
                ProvenPrincipals.inMemory());
        cache = new SemanticCache(
                new AngleEmbedder(),
                index,
                new CosineCutoff(0.5, 0.95, 0.05, new Calibration(4, -2)),
                null,
                new SemanticCache.Settings(
                        2,
                        1,
                        1 << 20,
                        8,
                        0.05,
                        Duration.ofDays(7),
                        Duration.ofDays(30),
                        1 << 20,
                        false,
                        SemanticCache.ConversationSettings.DEFAULT),
                keeping,
                clock,
                (stage, nanos) -> {});
        cache.awaitEvictor();
    }

    private void reopen(Bounds bounds) {
        close();
        open(bounds);
    }

    private Path hits() {
        return folder.resolve("hits.bin");
    }

    private void store(CallerScope caller, int from, int to) {
        for (int i = from; i < to; i++) {
            store(caller, i, "answer " + i);
        }
    }

    private void store(CallerScope caller, int number, String answer) {
        Waiting.result(cache.store(
                query(caller, "question " + number),
                () -> Completion.ofText(answer, "m", null),
                new StoreOptions(null, List.of(), null)));
    }

    private void hit(String text) {
        assertInstanceOf(Lookup.Hit.class, cache.lookup(query(ANN, text), EXACT), text);
    }

    private long entries() {
        return Waiting.result(cache.count(EntryFilter.ofPrincipal(null)));
    }

    private static CacheQuery query(CallerScope caller, String text) {
        return Prompts.query(new OpenAiChat().ofPrompt(text, "m"), caller);
    }
}
