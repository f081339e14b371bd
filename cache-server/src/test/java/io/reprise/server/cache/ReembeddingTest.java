package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.embedder.EmbedderException;
import io.reprise.index.Entry;
import io.reprise.index.EntryFilter;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.index.ScanPage;
import io.reprise.index.StaleEntries;
import io.reprise.index.StoredEntry;
import io.reprise.server.cache.eviction.Bounds;
import io.reprise.server.cache.eviction.ProvenPrincipals;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiChat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A cache over a real index on disk that another model was used with before. */
@Timeout(60)
final class ReembeddingTest {
    private static final LookupOptions ANY = new LookupOptions(true, null, null);
    private static final LookupOptions EXACT = new LookupOptions(false, null, null);
    private static final CallerScope ANN = CallerScope.of("ann", "default", null);
    private static final String NEAR = "something else ~0.97";

    private final ManualClock clock = new ManualClock();
    private AngleEmbedder model = new AngleEmbedder();
    private LuceneIndex index;
    private SemanticCache cache;

    @TempDir
    private Path folder;

    @BeforeEach
    void begin() {
        open();
    }

    @AfterEach
    void close() {
        cache.close();
        index.close();
    }

    @Test
    void entryOfAnotherModel_answersItsTextAtOnceAndOthersLater() {
        store("question", "answer");
        AngleEmbedder other = new AngleEmbedder("other", 3);
        CountDownLatch gate = other.hold();
        reopen(other);
        Waiting.until(() -> other.calls() == 1);
        assertEquals(1, cache.reembeddingRemaining());
        assertEquals("answer", hit("question", EXACT));
        gate.countDown();
        Waiting.until(() -> cache.reembeddingRemaining() == 0);
        assertEquals("answer", hit(NEAR, ANY));
    }

    @Test
    void sameModel_embedsNothingAnew() {
        store("question", "answer");
        AngleEmbedder again = new AngleEmbedder();
        reopen(again);
        assertEquals(0, cache.reembeddingRemaining());
        assertEquals("answer", hit("question", EXACT));
        assertEquals(0, again.calls());
    }

    @Test
    void whatTheModelCannotCompare_answersItsTextAlone() {
        store("long for a window of the other", "1");
        reopen(new AngleEmbedder("window-1", 3));
        Waiting.until(() -> cache.reembeddingRemaining() == 0);
        assertEquals("1", hit("long for a window of the other", EXACT));
        assertInstanceOf(Lookup.Miss.class, cache.lookup(query(NEAR), ANY));
    }

    @Test
    void entryThatWasNeverToAnswerOtherTexts_doesNotNow() {
        Waiting.result(cache.storeAll(
                List.of(query("question")),
                List.of(Completion.ofText("answer", "m", null)),
                answers -> answers,
                new StoreOptions(null, List.of(), null)));
        AngleEmbedder other = new AngleEmbedder("other", 3);
        reopen(other);
        Waiting.until(() -> cache.reembeddingRemaining() == 0);
        assertEquals(0, other.calls());
        assertInstanceOf(Lookup.Miss.class, cache.lookup(query(NEAR), ANY));
        assertEquals("answer", hit("question", EXACT));
        assertFalse(scanned().getFirst().byNearness());
    }

    @Test
    void whatIsStoredOrDeletedMeanwhile_staysSo() {
        store("replaced", "old");
        AngleEmbedder first = new AngleEmbedder("other", 3);
        CountDownLatch gate = first.hold();
        reopen(first);
        Waiting.until(() -> first.calls() == 1);
        index.put(newer("replaced"), new float[] {0, 1, 0});
        gate.countDown();
        Waiting.until(() -> cache.reembeddingRemaining() == 0);
        assertEquals(
                List.of("new tag"),
                index.get(query("replaced").id(), clock.millis()).orElseThrow().tags());

        AngleEmbedder second = new AngleEmbedder("third", 4);
        gate = second.hold();
        reopen(second);
        Waiting.until(() -> second.calls() == 1);
        assertTrue(Waiting.result(cache.delete(query("replaced").id(), "ann")));
        gate.countDown();
        Waiting.until(() -> cache.reembeddingRemaining() == 0);
        assertTrue(index.get(query("replaced").id(), clock.millis()).isEmpty());
        assertEquals(0, index.count(EntryFilter.ofPrincipal(null), clock.millis()));
    }

    @Test
    void failingModel_isTriedAgainUntilItWorks() {
        store("question 1", "answer");
        store("question 2", "answer");
        AngleEmbedder other = new AngleEmbedder("other", 3);
        other.failWith(() -> new EmbedderException("out of order"));
        reopen(other);
        Waiting.until(() -> cache.reembeddingFailures() >= 3);
        assertEquals(2, cache.reembeddingRemaining());
        assertEquals("answer", hit("question 1", EXACT));
        other.failWith(() -> null);
        Waiting.until(() -> cache.reembeddingRemaining() == 0);
        assertEquals("answer", hit(NEAR, ANY));
    }

    @Test
    void stopInTheMiddle_goesOnWhereItWas() {
        for (int i = 0; i < 20; i++) {
            store("question " + i, "answer");
        }
        AngleEmbedder first = new AngleEmbedder("other", 3);
        first.failWith(() -> first.calls() > 7 ? new EmbedderException("enough") : null);
        reopen(first);
        Waiting.until(() -> cache.reembeddingFailures() > 0);
        AngleEmbedder second = new AngleEmbedder("other", 3);
        reopen(second);
        Waiting.until(() -> cache.reembeddingRemaining() == 0);
        assertEquals(13, second.calls());
        assertEquals(
                20, scanned().stream().filter(each -> each.vector() != null).count());
    }

    @Test
    void export_carriesNoVectorOfAnotherModelAndStillSaysByMeaning() {
        store("question", "answer");
        AngleEmbedder other = new AngleEmbedder("other", 3);
        CountDownLatch gate = other.hold();
        reopen(other);
        StoredEntry stale = scanned().getFirst();
        assertNull(stale.vector());
        assertTrue(stale.byNearness());
        gate.countDown();
        Waiting.until(() -> cache.reembeddingRemaining() == 0);
        assertEquals(3, vector(scanned().getFirst()).length);
    }

    @Test
    void accountOfBounds_isOfTheNewVectors() {
        store("question", "answer");
        long before = cache.residentBytes();
        reopen(new AngleEmbedder("other", 8));
        Waiting.until(() -> cache.reembeddingRemaining() == 0);
        cache.awaitEvictor();
        assertEquals(1, cache.residentEntries());
        assertEquals(before + (8 - AngleEmbedder.DIMENSION) * (Float.BYTES + 1), cache.residentBytes());
    }

    // ---- the background alone

    @Test
    void steadyTraffic_slowsItAndDoesNotStopIt() {
        var entries = new Few(3);
        try (var reembedding = new Reembedding(entries, entry -> entries.renew(entry, null), () -> true, clock)) {
            Waiting.until(() -> reembedding.remaining() == 0);
        }
    }

    @Test
    void entryThatAlwaysFails_holdsUpNoOther() {
        var entries = new Few(5);
        try (var reembedding = new Reembedding(
                entries,
                entry -> {
                    if (entry.entry().id().equals("id-1")) {
                        throw new IllegalStateException("no");
                    }
                    return entries.renew(entry, null);
                },
                () -> false,
                clock)) {
            Waiting.until(() -> entries.countStale(0) == 1 && reembedding.failures() > 2);
            assertEquals(1, reembedding.remaining());
        }
    }

    @Test
    void indexThatCannotBeRead_isTriedAgain() {
        var entries = new Few(2);
        entries.unreadable.set(3);
        try (var reembedding = new Reembedding(entries, entry -> entries.renew(entry, null), () -> false, clock)) {
            Waiting.until(() -> reembedding.remaining() == 0);
            assertEquals(3, reembedding.failures());
        }
    }

    @Test
    void closing_waitsForTheEntryUnderWayAlone() {
        var entries = new Few(1000);
        var reembedding = new Reembedding(entries, entry -> entries.renew(entry, null), () -> true, clock);
        Waiting.until(() -> entries.countStale(0) < 1000);
        reembedding.close();
        long left = entries.countStale(0);
        assertTrue(left > 0, "it took a hundredth of what all of them take");
        assertEquals(left, entries.countStale(0));
    }

    /** Stale entries in memory. */
    private static final class Few implements StaleEntries {
        private final Map<String, StoredEntry> stale = new ConcurrentSkipListMap<>();
        private final AtomicInteger unreadable = new AtomicInteger();

        Few(int count) {
            for (int i = 0; i < count; i++) {
                Entry entry = new Entry("id-" + i, "s", "p", "n", null, "text", new byte[0], List.of(), 0, 1);
                stale.put(entry.id(), new StoredEntry(entry, null));
            }
        }

        @Override
        public long countStale(long nowMillis) {
            return stale.size();
        }

        @Override
        public ScanPage stale(long nowMillis, @Nullable String afterId, int maxEntries, long maxBytes) {
            if (unreadable.getAndDecrement() > 0) {
                throw new IllegalStateException("unreadable");
            }
            List<StoredEntry> rest = stale.values().stream()
                    .filter(each -> afterId == null || each.entry().id().compareTo(afterId) > 0)
                    .toList();
            int size = Math.min(maxEntries, rest.size());
            return new ScanPage(rest.subList(0, size), size == rest.size());
        }

        @Override
        public boolean renew(StoredEntry entry, float @Nullable [] vector) {
            return stale.remove(entry.entry().id()) != null;
        }
    }

    // ---- means

    private void open() {
        index = LuceneIndex.open(folder.resolve("index"), IndexOptions.of(model.dimension(), model.modelName()), clock);
        var keeping = new Keeping(
                new Bounds(1000, 0, 0),
                (name, prompt, answer) -> 1_000_000,
                (reason, entries, bytes) -> {},
                folder.resolve("hits.bin"),
                ProvenPrincipals.inMemory());
        cache = new SemanticCache(
                model,
                index,
                new CosineCutoff(0.5, 0.95, 0.05, new Calibration(4, -2)),
                null,
                new SemanticCache.Settings(
                        2,
                        1,
                        0,
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
        cache.reembed(index);
    }

    private void reopen(AngleEmbedder with) {
        close();
        model = with;
        open();
    }

    private void store(String text, String answer) {
        Waiting.result(cache.store(
                query(text), () -> Completion.ofText(answer, "m", null), new StoreOptions(null, List.of(), null)));
    }

    private Entry newer(String text) {
        CacheQuery query = query(text);
        return new Entry(
                query.id(),
                query.scope(),
                query.principal(),
                query.namespace(),
                query.model(),
                query.text(),
                Completion.ofText("new", "m", null).encode(),
                List.of("new tag"),
                clock.millis(),
                clock.millis() + 100_000);
    }

    private String hit(String text, LookupOptions options) {
        Lookup.Hit hit = assertInstanceOf(Lookup.Hit.class, cache.lookup(query(text), options), text);
        String json = new String(hit.entry().completion().json(), StandardCharsets.UTF_8);
        return json.contains("\"answer\"") ? "answer" : json.contains("\"1\"") ? "1" : json;
    }

    private List<StoredEntry> scanned() {
        return index.scan(EntryFilter.ofPrincipal(null), clock.millis(), null, 100, Long.MAX_VALUE)
                .entries();
    }

    private static float[] vector(StoredEntry stored) {
        float[] vector = stored.vector();
        assertNotNull(vector);
        return vector;
    }

    private static CacheQuery query(String text) {
        return Prompts.query(new OpenAiChat().ofPrompt(text, "m"), ANN);
    }
}
