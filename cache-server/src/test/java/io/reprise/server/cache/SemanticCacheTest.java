package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.index.EntryFilter;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.cache.SemanticCache.Stored;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.HitPolicy;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiChat;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache over a real index on disk, with a model whose cosines can be read off the texts. */
@Timeout(60)
final class SemanticCacheTest {
    private static final LookupOptions ANY = new LookupOptions(true, null, null);
    private static final LookupOptions EXACT = new LookupOptions(false, null, null);
    private static final Duration TTL = Duration.ofDays(7);
    private static final Duration MAX_TTL = Duration.ofDays(30);
    private static final HitPolicy POLICY = new CosineCutoff(0.5, 0.95, 0.05, new Calibration(4, -2));

    private final ManualClock clock = new ManualClock();
    private final AngleEmbedder embedder = new AngleEmbedder();
    private final Set<StageTimer.Stage> timed = Collections.synchronizedSet(EnumSet.noneOf(StageTimer.Stage.class));
    private final List<SemanticCache> caches = new ArrayList<>();
    private HookedIndex index;
    private SemanticCache cache;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        index = new HookedIndex(LuceneIndex.open(folder, IndexOptions.of(AngleEmbedder.DIMENSION, "angle"), clock));
        cache = cache(1 << 20, POLICY);
    }

    @AfterEach
    void close() {
        embedder.hold().countDown();
        caches.forEach(SemanticCache::close);
        index.close();
    }

    // ---- what is stored is found

    @Test
    void storedAnswer_isAnExactHitForTheSameText() {
        assertEquals(Stored.CREATED, store("hello", "world"));
        Lookup.Hit hit = hit(cache.lookup(query("hello"), ANY));
        assertEquals(Lookup.Kind.EXACT, hit.kind());
        assertEquals("world", hit.entry().completion().text());
        assertEquals(1f, hit.similarity());
        assertEquals(1.0, hit.confidence());
        assertNull(hit.decision());
    }

    @Test
    void entry_saysAllThatWasStored() {
        CacheQuery query = query("hello");
        result(cache.store(query, () -> Completion.ofText("world", "m", null), options(Duration.ofHours(1), "a", "b")));
        CachedEntry entry = hit(cache.lookup(query, ANY)).entry();
        assertEquals(query.id(), entry.id());
        assertEquals("ann", entry.principal());
        assertEquals("default", entry.namespace());
        assertEquals("m", entry.model());
        assertEquals("hello", entry.prompt());
        assertEquals(List.of("a", "b"), entry.tags());
        assertEquals(clock.instant(), entry.createdAt());
        assertEquals(clock.instant().plusSeconds(3600), entry.expiresAt());
    }

    @Test
    void entryThatMemoryDoesNotHold_isFoundInTheIndex() {
        store("hello", "world");
        SemanticCache other = cache(0, POLICY);
        assertEquals(
                "world",
                hit(other.lookup(query("hello"), EXACT)).entry().completion().text());
    }

    @Test
    void exactHit_computesNoEmbedding() {
        store("hello", "world");
        int before = embedder.calls();
        cache.lookup(query("hello"), ANY);
        assertEquals(before, embedder.calls());
    }

    @Test
    void nearText_isASemanticHitWithItsDecision() {
        store("hello", "world");
        Lookup.Hit hit = hit(cache.lookup(query("hi ~0.97"), ANY));
        assertEquals(Lookup.Kind.SEMANTIC, hit.kind());
        assertEquals("world", hit.entry().completion().text());
        assertEquals(0.97f, hit.similarity(), 1e-6f);
        assertEquals(new Calibration(4, -2).probability(hit.similarity()), hit.confidence());
        assertEquals(1, assertDecision(hit).candidates().size());
    }

    @Test
    void nearestOfSeveral_serves() {
        store("a ~0.96", "far");
        store("b ~0.99", "near");
        assertEquals(
                "near", hit(cache.lookup(query("c"), ANY)).entry().completion().text());
    }

    @Test
    void textTooFar_isAMissThatSaysHowFarAndBringsItsVector() {
        store("hello", "world");
        Lookup.Miss miss = miss(cache.lookup(query("hey ~0.8"), ANY));
        assertEquals("verifier", miss.reason());
        assertEquals(0.8f, Objects.requireNonNull(miss.similarity()), 1e-6f);
        assertArrayEquals(new float[] {0.8f, 0.6f}, Objects.requireNonNull(miss.vector()), 1e-6f);
        assertEquals(1, assertDecision(miss).candidates().size());
    }

    @Test
    void textBelowTheFloor_isAMissAndSaysSo() {
        store("hello", "world");
        assertEquals("floor", miss(cache.lookup(query("bye ~0.3"), ANY)).reason());
    }

    @Test
    void longPrompt_isComparedByItsInstructionAlone() {
        String payload = "The office opened in 1911. ".repeat(100);
        store("Summarise this: " + payload, "world");
        Lookup.Hit hit = hit(cache.lookup(query("A summary of the following ~0.97\n\n" + payload), ANY));
        assertEquals(Lookup.Kind.SEMANTIC, hit.kind());
        assertEquals(0.97f, hit.similarity(), 1e-6f);
    }

    @Test
    void longPromptWithAnEditedPayload_hasNoCandidate() {
        String payload = "The office opened in 1911. ".repeat(100);
        store("Summarise this: " + payload, "world");
        String edited = payload.substring(0, 1500) + payload.substring(1500).replaceFirst("1911", "1912");
        assertEquals(
                "no_candidate",
                miss(cache.lookup(query("Summarise this: " + edited), ANY)).reason());
    }

    @Test
    void emptyScope_isAMissWithoutCandidates() {
        Lookup.Miss miss = miss(cache.lookup(query("hello"), ANY));
        assertEquals("no_candidate", miss.reason());
        assertNull(miss.similarity());
        assertNotNull(miss.vector());
    }

    @Test
    void exactMode_neverComparesByMeaning() {
        store("hello", "world");
        int before = embedder.calls();
        assertEquals(
                "no_candidate", miss(cache.lookup(query("hi ~0.99"), EXACT)).reason());
        assertEquals(before, embedder.calls());
    }

    @Test
    void otherScopes_seeNothing() {
        store("hello", "world");
        for (CacheQuery other : List.of(
                query("hello", CallerScope.of("bob", "default", null)),
                query("hello", CallerScope.of("ann", "other", null)),
                query("hello", CallerScope.of("ann", "default", "c")),
                Prompts.query(new OpenAiChat().ofPrompt("hello", "other"), CallerScope.of("ann", "default", null)))) {
            assertEquals("no_candidate", miss(cache.lookup(other, ANY)).reason());
        }
    }

    @Test
    void stages_areTimed() {
        store("hello", "world");
        cache.lookup(query("hi ~0.97"), ANY);
        assertEquals(EnumSet.allOf(StageTimer.Stage.class), timed);
    }

    // ---- replaced, expired, aged

    @Test
    void sameTextStoredAgain_replacesTheAnswer() {
        store("hello", "world");
        assertEquals(Stored.REPLACED, store("hello", "again"));
        assertEquals(
                "again",
                hit(cache.lookup(query("hello"), ANY)).entry().completion().text());
        assertEquals(
                "again",
                hit(cache.lookup(query("hi ~0.97"), ANY)).entry().completion().text());
        assertEquals(1, result(cache.count(EntryFilter.ofPrincipal("ann"))));
    }

    @Test
    void expiredEntry_answersNoMore() {
        store("hello", "world");
        clock.advance(TTL.minusMillis(1));
        hit(cache.lookup(query("hello"), ANY));
        clock.advance(Duration.ofMillis(1));
        assertEquals("no_candidate", miss(cache.lookup(query("hello"), ANY)).reason());
        assertEquals("no_candidate", miss(cache.lookup(query("hi ~0.97"), ANY)).reason());
        assertEquals(Optional.empty(), result(cache.get(query("hello").id(), "ann")));
        assertEquals(Stored.CREATED, store("hello", "anew"));
        assertEquals(
                "anew",
                hit(cache.lookup(query("hello"), ANY)).entry().completion().text());
    }

    @Test
    void entry_livesNoLongerThanTheOperatorAllows() {
        result(cache.store(query("hello"), text("world"), options(Duration.ofDays(365))));
        assertEquals(
                clock.instant().plus(MAX_TTL),
                hit(cache.lookup(query("hello"), ANY)).entry().expiresAt());
    }

    @Test
    void lifeThatIsNoLife_isRefused() {
        Future<Stored> stored = cache.store(query("hello"), text("world"), options(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> result(stored));
        assertEquals("no_candidate", miss(cache.lookup(query("hello"), ANY)).reason());
    }

    @Test
    void entryOlderThanMaxAge_doesNotAnswer() {
        store("hello", "world");
        clock.advance(Duration.ofSeconds(10));
        var fresh = new LookupOptions(true, Duration.ofSeconds(9), null);
        var stale = new LookupOptions(true, Duration.ofSeconds(10), null);
        assertEquals("no_candidate", miss(cache.lookup(query("hello"), fresh)).reason());
        assertEquals(
                "no_candidate", miss(cache.lookup(query("hi ~0.97"), fresh)).reason());
        hit(cache.lookup(query("hello"), stale));
        hit(cache.lookup(query("hi ~0.97"), stale));
    }

    // ---- exact only

    @Test
    void answerThatCallsTools_isAnExactHitOnly() {
        result(cache.store(query("hello"), SemanticCacheTest::toolCall, options(null)));
        assertEquals("no_candidate", miss(cache.lookup(query("hi ~0.97"), ANY)).reason());
        assertTrue(hit(cache.lookup(query("hello"), ANY)).entry().completion().callsTools());
    }

    @Test
    void answerReplacedByOneThatCallsTools_isNoLongerFoundByMeaning() {
        store("hello", "world");
        result(cache.store(query("hello"), SemanticCacheTest::toolCall, options(null)));
        assertEquals("no_candidate", miss(cache.lookup(query("hi ~0.97"), ANY)).reason());
    }

    @Test
    void answerReplacedByOneThatCallsToolsWhileItIsDecidedOn_isNotServedByMeaning() {
        store("hello", "world");
        index.afterSearch(() -> result(cache.store(query("hello"), SemanticCacheTest::toolCall, options(null))));
        assertEquals("no_candidate", miss(cache.lookup(query("hi ~0.97"), ANY)).reason());
    }

    @ParameterizedTest
    @ValueSource(strings = {"long story", "what is ☃"})
    void textThatCannotBeCompared_isAnExactHitOnly(String text) {
        store("hello", "world");
        String why = text.startsWith("long") ? "uncacheable:too-long" : "uncacheable:unknown-words";
        assertEquals(why, miss(cache.lookup(query(text), ANY)).reason());
        store(text, "answer");
        assertEquals(
                "answer",
                hit(cache.lookup(query(text), ANY)).entry().completion().text());
        assertEquals(List.of(query("hello").id()), candidates(cache.lookup(query("hi ~0.8"), ANY)));
    }

    @Test
    void textLongerThanAnyWindow_isNotEvenTokenised() {
        String text = "x".repeat(20_000);
        assertEquals(
                "uncacheable:too-long", miss(cache.lookup(query(text), ANY)).reason());
        store(text, "answer");
        assertEquals(0, embedder.calls());
        hit(cache.lookup(query(text), ANY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void emptyText_isAnExactHitOnly(String text) {
        assertEquals("uncacheable:empty", miss(cache.lookup(query(text), ANY)).reason());
        store(text, "answer");
        hit(cache.lookup(query(text), ANY));
        assertEquals(0, embedder.calls());
    }

    // ---- vectors, rates

    @Test
    void vectorOfTheLookup_isStoredWithoutAnotherEmbedding() {
        Lookup.Miss miss = miss(cache.lookup(query("hello"), ANY));
        int before = embedder.calls();
        result(cache.store(query("hello"), text("world"), options(null, (Instant) null, miss.vector())));
        assertEquals(before, embedder.calls());
        hit(cache.lookup(query("hi ~0.97"), ANY));
    }

    @Test
    void stricterRateThanTheOperators_turnsSemanticHitsOff() {
        store("hello", "world");
        var strict = new LookupOptions(true, null, 0.01);
        assertEquals("bound", miss(cache.lookup(query("hi ~0.97"), strict)).reason());
        hit(cache.lookup(query("hello"), strict));
    }

    @Test
    void looserRateThanTheOperators_isTheOperators() {
        var rates = Collections.synchronizedList(new ArrayList<Double>());
        SemanticCache noting = cache(0, (text, candidates, rate) -> {
            rates.add(rate);
            return POLICY.decide(text, candidates, rate);
        });
        noting.lookup(query("a"), new LookupOptions(true, null, 1.0));
        noting.lookup(query("a"), new LookupOptions(true, null, 0.01));
        noting.lookup(query("a"), ANY);
        assertEquals(List.of(0.05, 0.01, 0.05), rates);
    }

    // ---- deletion

    @Test
    void deleted_isGoneFromBothTiers() {
        store("hello", "world");
        assertTrue(result(cache.delete(query("hello").id(), "ann")));
        assertEquals("no_candidate", miss(cache.lookup(query("hello"), ANY)).reason());
        assertEquals("no_candidate", miss(cache.lookup(query("hi ~0.97"), ANY)).reason());
        assertFalse(result(cache.delete(query("hello").id(), "ann")));
    }

    @Test
    void otherPrincipals_neitherGetNorDeleteAnEntry() {
        store("hello", "world");
        String id = query("hello").id();
        assertEquals(Optional.empty(), result(cache.get(id, "bob")));
        assertFalse(result(cache.delete(id, "bob")));
        assertTrue(result(cache.get(id, "ann")).isPresent());
        assertTrue(result(cache.get(id, null)).isPresent());
        assertTrue(result(cache.delete(id, null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "../../etc/passwd", "\u0000", "A_-9"})
    void idThatNobodyStored_isAbsent(String id) {
        assertEquals(Optional.empty(), result(cache.get(id, null)));
        assertFalse(result(cache.delete(id, null)));
    }

    @Test
    void bulkDelete_takesWhatMatchesAndNothingElse() {
        result(cache.store(query("one"), text("1"), options(null, "doc:1")));
        result(cache.store(query("two ~0.1"), text("2"), options(null, "doc:2")));
        CacheQuery bobs = query("one", CallerScope.of("bob", "default", null));
        result(cache.store(bobs, text("3"), options(null, "doc:1")));
        assertEquals(1, result(cache.deleteAll(new EntryFilter("ann", null, "doc:1", null, null))));
        miss(cache.lookup(query("one"), ANY));
        hit(cache.lookup(query("two ~0.1"), ANY));
        hit(cache.lookup(bobs, ANY));
    }

    @Test
    void answerAskedForBeforeABulkDelete_isNotStoredAfterIt() {
        Instant askedAt = clock.instant();
        clock.advance(Duration.ofMillis(1));
        result(cache.deleteAll(EntryFilter.ofPrincipal("ann")));
        clock.advance(Duration.ofMillis(1));
        assertEquals(Stored.OUTDATED, result(cache.store(query("hello"), text("old"), askedAt(askedAt))));
        miss(cache.lookup(query("hello"), ANY));
    }

    @Test
    void answerAskedForInTheSameInstantAsABulkDelete_isNotStored() {
        result(cache.deleteAll(EntryFilter.ofPrincipal("ann")));
        assertEquals(Stored.OUTDATED, result(cache.store(query("hello"), text("old"), askedAt(clock.instant()))));
    }

    @Test
    void answerAskedForAfterABulkDelete_isStored() {
        result(cache.deleteAll(EntryFilter.ofPrincipal("ann")));
        clock.advance(Duration.ofMillis(1));
        assertEquals(Stored.CREATED, result(cache.store(query("hello"), text("new"), askedAt(clock.instant()))));
    }

    @Test
    void answerHandedIn_isStoredWheneverABulkDeleteWas() {
        result(cache.deleteAll(EntryFilter.ofPrincipal("ann")));
        assertEquals(Stored.CREATED, store("hello", "world"));
    }

    @Test
    void candidateDeletedWhileItIsDecidedOn_leavesTheDecisionToTheOthers() {
        store("a ~0.99", "nearest");
        store("b ~0.96", "next");
        index.afterSearch(() -> result(cache.delete(query("a ~0.99").id(), "ann")));
        Lookup.Hit hit = hit(cache.lookup(query("c"), ANY));
        assertEquals("next", hit.entry().completion().text());
        assertEquals(List.of(query("b ~0.96").id()), candidates(hit));
    }

    @Test
    void onlyCandidateDeletedWhileItIsDecidedOn_isAMiss() {
        store("hello", "world");
        index.afterSearch(() -> result(cache.deleteAll(EntryFilter.ofPrincipal("ann"))));
        assertEquals("no_candidate", miss(cache.lookup(query("hi ~0.97"), ANY)).reason());
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored")
    void listing_waitsForTheStoresUnderWayOfItsPrincipal() {
        CountDownLatch gate = embedder.hold();
        cache.store(query("hello"), () -> Completion.ofText("world", "m", null), options(TTL));
        Future<SemanticCache.Page> page = cache.list(EntryFilter.ofPrincipal("ann"), 10, null);
        assertFalse(page.isComplete());
        gate.countDown();
        assertEquals(1, result(page).entries().size());
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored")
    void listing_doesNotWaitForTheStoresOfOthers() {
        CountDownLatch gate = embedder.hold();
        cache.store(query("hello"), () -> Completion.ofText("world", "m", null), options(TTL));
        assertEquals(
                0,
                result(cache.list(EntryFilter.ofPrincipal("bob"), 10, null))
                        .entries()
                        .size());
        gate.countDown();
    }

    @Test
    void listing_isAPageOfEntries() {
        store("one", "1");
        clock.advance(Duration.ofSeconds(1));
        store("two", "2");
        SemanticCache.Page first = result(cache.list(EntryFilter.ofPrincipal("ann"), 1, null));
        assertEquals(
                List.of("two"),
                first.entries().stream().map(CachedEntry::prompt).toList());
        SemanticCache.Page second = result(cache.list(EntryFilter.ofPrincipal("ann"), 1, first.nextCursor()));
        assertEquals(
                List.of("one"),
                second.entries().stream().map(CachedEntry::prompt).toList());
        assertNull(second.nextCursor());
        assertTrue(result(cache.sizeBytes()) > 0);
    }

    // ---- stores under way

    @ParameterizedTest
    @ValueSource(strings = {"hello", "hi ~0.97"})
    void lookup_waitsForAStoreUnderWayInItsScope(String text) {
        CountDownLatch gate = embedder.hold();
        Future<Stored> storing = cache.store(query("hello"), text("world"), options(null));
        Waiting.until(() -> embedder.calls() == 1);
        Promise<Lookup> found = Promise.promise();
        Thread looking = Thread.ofVirtual().start(() -> found.complete(cache.lookup(query(text), ANY)));
        Waiting.until(() -> Waiting.isBlocked(looking));
        gate.countDown();
        assertEquals("world", hit(result(found.future())).entry().completion().text());
        assertEquals(Stored.CREATED, result(storing));
    }

    @Test
    void lookup_survivesAStoreUnderWayThatFails() {
        CountDownLatch gate = embedder.hold();
        embedder.failWith(() -> new IllegalStateException("no"));
        Future<Stored> storing = cache.store(query("hello"), text("world"), options(null));
        Promise<Lookup> found = Promise.promise();
        Thread looking = Thread.ofVirtual().start(() -> found.complete(cache.lookup(query("hello"), EXACT)));
        Waiting.until(() -> Waiting.isBlocked(looking));
        gate.countDown();
        assertEquals("no_candidate", miss(result(found.future())).reason());
        assertTrue(storing.failed());
    }

    @Test
    void lookup_doesNotWaitForTheLastOfManyStores() {
        CountDownLatch gate = embedder.hold();
        List<Future<Stored>> stores = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            stores.add(cache.store(query("hello"), text("world"), options(null)));
        }
        assertEquals("no_candidate", miss(cache.lookup(query("hello"), EXACT)).reason());
        gate.countDown();
        stores.forEach(SemanticCacheTest::result);
    }

    /** A disk that hangs must not hang every call of its scope. */
    @Test
    void lookup_doesNotWaitForeverForAStoreThatHangs() {
        CountDownLatch gate = embedder.hold();
        Future<Stored> storing = cache.store(query("hello"), text("world"), options(null));
        assertEquals("no_candidate", miss(cache.lookup(query("hello"), EXACT)).reason());
        assertFalse(storing.isComplete());
        gate.countDown();
        result(storing);
    }

    @Test
    void storeThatFails_leavesNothingAndKeepsNobodyWaiting() {
        embedder.failWith(() -> new IllegalStateException("no"));
        assertThrows(IllegalStateException.class, () -> store("hello", "world"));
        assertEquals("no_candidate", miss(cache.lookup(query("hello"), EXACT)).reason());
    }

    @Test
    void answerThatCannotBeMade_failsTheStore() {
        Future<Stored> stored = cache.store(
                query("hello"),
                () -> {
                    throw new IllegalStateException("no answer");
                },
                options(null));
        assertEquals(
                "no answer",
                assertThrows(IllegalStateException.class, () -> result(stored)).getMessage());
    }

    // ---- faults and load

    @Test
    void moreEmbeddingsThanMayWait_areOverload() {
        CountDownLatch gate = embedder.hold();
        List<Thread> waiting = occupyTheModel();
        assertEquals("overload", miss(cache.lookup(query("d"), ANY)).reason());
        assertEquals(0, cache.faults());
        gate.countDown();
        waiting.forEach(SemanticCacheTest::join);
    }

    @Test
    void overload_leavesExactHits() {
        store("hello", "world");
        CountDownLatch gate = embedder.hold();
        List<Thread> waiting = occupyTheModel();
        hit(cache.lookup(query("hello"), ANY));
        gate.countDown();
        waiting.forEach(SemanticCacheTest::join);
    }

    /** Two lookups on the two threads of the model, and one that waits. */
    private List<Thread> occupyTheModel() {
        int before = embedder.calls();
        List<Thread> lookups = new ArrayList<>();
        for (int i = 1; i <= 2; i++) {
            int calls = before + i;
            lookups.add(Thread.ofVirtual().start(() -> cache.lookup(query("q" + calls), ANY)));
            Waiting.until(() -> embedder.calls() == calls);
        }
        lookups.add(Thread.ofVirtual().start(() -> cache.lookup(query("q"), ANY)));
        Waiting.until(() -> cache.waitingEmbeddings() == 1);
        return lookups;
    }

    @Test
    void faultOfTheModel_isAMissAndCounted() {
        embedder.failWith(() -> new IllegalStateException("no"));
        assertEquals(
                "uncacheable:fault", miss(cache.lookup(query("hello"), ANY)).reason());
        assertEquals(1, cache.faults());
    }

    /** As native libraries fail. */
    @Test
    void errorOfTheModel_isAMissAndCounted() {
        embedder.failWith(() -> new UnsatisfiedLinkError("no"));
        assertEquals(
                "uncacheable:fault", miss(cache.lookup(query("hello"), ANY)).reason());
        assertEquals(1, cache.faults());
    }

    @Test
    void faultOfTheIndex_isAMissAndCounted() {
        index.afterGet(() -> {
            throw new IllegalStateException("disk");
        });
        assertEquals(
                "uncacheable:fault", miss(cache.lookup(query("hello"), ANY)).reason());
        index.afterGet(() -> {});
        index.afterSearch(() -> {
            throw new IllegalStateException("disk");
        });
        assertEquals(
                "uncacheable:fault", miss(cache.lookup(query("hello"), ANY)).reason());
        assertEquals(2, cache.faults());
    }

    @Test
    void faultOfThePolicy_isAMissAndCounted() {
        SemanticCache faulty = cache(0, (text, candidates, rate) -> {
            throw new IllegalStateException("no");
        });
        assertEquals(
                "uncacheable:fault", miss(faulty.lookup(query("hello"), ANY)).reason());
        assertEquals(1, faulty.faults());
    }

    /** It would be asked again for ever. */
    @Test
    void policyThatChoosesWhatItWasNotGiven_isAFault() {
        SemanticCache faulty = cache(0, (text, candidates, rate) -> {
            var invented = Candidate.neighbour("invented", "x", 1);
            return new Decision(new Decision.Verdict.Hit(invented, 1), candidates, 0, 0);
        });
        assertEquals(
                "uncacheable:fault", miss(faulty.lookup(query("hello"), ANY)).reason());
        assertEquals(1, faulty.faults());
    }

    @Test
    void closed_missesAndRefusesAndKeepsNobodyWaiting() {
        store("hello", "world");
        cache.close();
        assertEquals("overload", miss(cache.lookup(query("hi ~0.97"), ANY)).reason());
        assertThrows(OverloadedException.class, () -> store("hey", "there"));
        assertThrows(OverloadedException.class, () -> result(cache.get("x", null)));
    }

    @Test
    void manyCallersAtOnce_getTheirOwnAnswersOnly() {
        String[] principals = {"ann", "bob", "cyd"};
        List<Future<Void>> done = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int caller = 0; caller < 60; caller++) {
                var random = new Random(caller);
                String principal = principals[caller % principals.length];
                Promise<Void> promise = Promise.promise();
                done.add(promise.future());
                callers.execute(() -> {
                    try {
                        for (int i = 0; i < 40; i++) {
                            act(random, principal);
                        }
                        promise.complete();
                    } catch (Throwable t) {
                        promise.fail(t);
                    }
                });
            }
        }
        done.forEach(SemanticCacheTest::result);
        assertEquals(0, cache.faults());
    }

    private void act(Random random, String principal) {
        CacheQuery query = query("q" + random.nextInt(8), CallerScope.of(principal, "default", null));
        switch (random.nextInt(8)) {
            case 0, 1, 2 -> result(cache.store(query, text(principal + " " + query.text()), options(null)));
            case 3 -> result(cache.delete(query.id(), principal));
            case 4 -> {
                if (random.nextInt(8) == 0) {
                    result(cache.deleteAll(EntryFilter.ofPrincipal(principal)));
                }
            }
            default -> {
                switch (cache.lookup(query, random.nextBoolean() ? ANY : EXACT)) {
                    case Lookup.Hit hit -> {
                        assertEquals(principal, hit.entry().principal());
                        assertEquals(
                                principal + " " + hit.entry().prompt(),
                                hit.entry().completion().text());
                        if (hit.kind() == Lookup.Kind.EXACT) {
                            assertEquals(query.text(), hit.entry().prompt());
                        }
                    }
                    case Lookup.Miss miss ->
                        assertTrue(Set.of("no_candidate", "overload").contains(miss.reason()), miss.reason());
                }
            }
        }
    }

    // ---- means

    private SemanticCache cache(long exactBytes, HitPolicy policy) {
        return cache(1 << 20, exactBytes, policy);
    }

    private SemanticCache cache(long memoBytes, long exactBytes, HitPolicy policy) {
        var settings = new SemanticCache.Settings(
                2, 1, memoBytes, 8, 0.05, TTL, MAX_TTL, exactBytes, false, SemanticCache.ConversationSettings.DEFAULT);
        var made = new SemanticCache(embedder, index, policy, settings, clock, (stage, nanos) -> timed.add(stage));
        caches.add(made);
        return made;
    }

    private Stored store(String text, String answer) {
        return result(cache.store(query(text), text(answer), options(null)));
    }

    private static CacheQuery query(String text) {
        return query(text, CallerScope.of("ann", "default", null));
    }

    private static CacheQuery query(String text, CallerScope caller) {
        return Prompts.query(new OpenAiChat().ofPrompt(text, "m"), caller);
    }

    private static Supplier<Completion> text(String answer) {
        return () -> Completion.ofText(answer, "m", null);
    }

    private static Completion toolCall() {
        return new Completion(Completion.Form.OPENAI_CHAT, new byte[] {'{', '}'}, "m", null, true);
    }

    private static StoreOptions options(@Nullable Duration ttl, String... tags) {
        return options(ttl, null, null, tags);
    }

    private static StoreOptions askedAt(Instant askedAt) {
        return options(null, askedAt, null);
    }

    // NullAway does not see in class files that an array of a record may be null.
    @SuppressWarnings("NullAway")
    private static StoreOptions options(
            @Nullable Duration ttl, @Nullable Instant askedAt, float @Nullable [] vector, String... tags) {
        return new StoreOptions(ttl, List.of(tags), askedAt, vector);
    }

    private static Lookup.Hit hit(Lookup lookup) {
        return assertInstanceOf(Lookup.Hit.class, lookup);
    }

    private static Lookup.Miss miss(Lookup lookup) {
        return assertInstanceOf(Lookup.Miss.class, lookup);
    }

    private static Decision assertDecision(Lookup lookup) {
        Decision decision = lookup.decision();
        assertNotNull(decision);
        return decision;
    }

    private static List<String> candidates(Lookup lookup) {
        return assertDecision(lookup).candidates().stream().map(Candidate::id).toList();
    }

    private static <T> T result(Future<T> future) {
        return Waiting.result(future);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
