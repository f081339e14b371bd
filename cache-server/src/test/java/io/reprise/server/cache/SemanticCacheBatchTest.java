package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.index.EntryFilter;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiEmbeddings;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Many exact keys at once, over a real index on disk. */
@Timeout(60)
final class SemanticCacheBatchTest {
    private static final Duration TTL = Duration.ofDays(7);

    private final ManualClock clock = new ManualClock();
    private final AngleEmbedder embedder = new AngleEmbedder();
    private HookedIndex index;
    private SemanticCache cache;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        index = new HookedIndex(LuceneIndex.open(folder, IndexOptions.of(AngleEmbedder.DIMENSION, "angle"), clock));
        cache = cache(1 << 20);
    }

    @AfterEach
    void close() {
        cache.close();
        index.close();
    }

    @Test
    void eachQuery_isAnsweredForItself() {
        store("a", "b");

        assertEquals(List.of("b", "-", "a", "b"), found("b", "c", "a", "b"));
    }

    @Test
    void entriesThatMemoryDoesNotHold_areReadFromTheIndex() {
        String[] texts = IntStream.range(0, 600).mapToObj(i -> "text " + i).toArray(String[]::new);
        store(texts);
        cache.close();
        cache = cache(0);

        assertEquals(List.of(texts), found(texts));
    }

    @Test
    void expiredAndTooOldEntries_answerNothing() {
        store("old");
        clock.advance(Duration.ofSeconds(10));
        store("new");

        assertEquals(List.of("-", "new"), found(Duration.ofSeconds(9), "old", "new"));
        assertEquals(List.of("old", "new"), found(Duration.ofSeconds(10), "old", "new"));
        clock.advance(TTL.minusSeconds(10));
        assertEquals(List.of("-", "new"), found("old", "new"));
    }

    @Test
    void lookup_waitsForAStoreUnderWay() {
        var gate = new CountDownLatch(1);
        index.afterPut(() -> Waiting.forLatch(gate));
        Future<SemanticCache.Stored> storing =
                cache.storeAll(queries("a"), embeddings("a"), UnaryOperator.identity(), options(null));
        Promise<List<String>> found = Promise.promise();
        Thread looking = Thread.ofVirtual().start(() -> found.complete(found("b", "a")));
        Waiting.until(() -> Waiting.isBlocked(looking));

        gate.countDown();

        assertEquals(List.of("-", "a"), Waiting.result(found.future()));
        Waiting.result(storing);
    }

    @Test
    void faultOfTheIndex_isTold() {
        index.afterGet(() -> {
            throw new IllegalStateException("no disk");
        });

        ExactMatches matches = cache.lookupAll(queries("a", "b"), null);

        assertEquals("uncacheable:fault", matches.problem());
        assertEquals(Arrays.asList(null, null), matches.entries());
        assertEquals(1, cache.faults());
    }

    @Test
    void answersAreFinished_beforeTheyAreStored() {
        Waiting.result(cache.storeAll(
                queries("a", "b"), embeddings("x", "y"), answers -> embeddings("a", "b"), options(null)));

        assertEquals(List.of("a", "b"), found("a", "b"));
    }

    @Test
    void store_embedsNothing() {
        store("a");

        assertEquals(0, embedder.calls());
    }

    @Test
    void answersAskedBeforeABulkDelete_areNotStored() {
        Instant askedAt = clock.instant();
        clock.advance(Duration.ofSeconds(1));
        Waiting.result(cache.deleteAll(EntryFilter.ofPrincipal("ann")));

        Waiting.result(cache.storeAll(queries("a"), embeddings("a"), UnaryOperator.identity(), options(askedAt)));

        assertEquals(List.of("-"), found("a"));
    }

    @Test
    void tooManyWaitingBytes_areRefusedAtOnce() {
        Completion large = new Completion(Completion.Form.OPENAI_EMBEDDING, new byte[1 << 20], "m", null, false);
        String[] texts = IntStream.range(0, 300).mapToObj(i -> "text " + i).toArray(String[]::new);

        Future<SemanticCache.Stored> refused = cache.storeAll(
                queries(texts), Collections.nCopies(300, large), UnaryOperator.identity(), options(null));

        assertTrue(refused.failed());
        assertInstanceOf(OverloadedException.class, refused.cause());
        store("a");
        assertEquals(List.of("a"), found("a"));
        assertNull(cache.lookupAll(queries(texts), null).problem());
    }

    private void store(String... texts) {
        Waiting.result(cache.storeAll(queries(texts), embeddings(texts), UnaryOperator.identity(), options(null)));
    }

    private List<String> found(String... texts) {
        return found(null, texts);
    }

    /** What stands in the answers that are found, a dash where there is none. */
    private List<String> found(@Nullable Duration maxAge, String... texts) {
        ExactMatches matches = cache.lookupAll(queries(texts), maxAge);
        assertNull(matches.problem());
        return matches.entries().stream()
                .map(entry ->
                        entry == null ? "-" : new String(entry.completion().json(), StandardCharsets.UTF_8))
                .toList();
    }

    private static List<CacheQuery> queries(String... texts) {
        var body = StrictJson.object();
        Arrays.stream(texts).forEach(body.putArray("input")::add);
        return Prompts.queries(OpenAiEmbeddings.read(body), CallerScope.of("ann", "default", null));
    }

    private static List<Completion> embeddings(String... answers) {
        return Arrays.stream(answers)
                .map(answer -> new Completion(
                        Completion.Form.OPENAI_EMBEDDING, answer.getBytes(StandardCharsets.UTF_8), "m", null, false))
                .toList();
    }

    private static StoreOptions options(@Nullable Instant askedAt) {
        return new StoreOptions(null, List.of(), askedAt);
    }

    private SemanticCache cache(long exactBytes) {
        var settings = new SemanticCache.Settings(
                2, 1, 1 << 20, 8, 0.05, TTL, TTL, exactBytes, false, SemanticCache.ConversationSettings.DEFAULT);
        var policy = new CosineCutoff(0.5, 0.95, 0.05, new Calibration(4, -2));
        return new SemanticCache(embedder, index, policy, settings, clock, (stage, nanos) -> {});
    }
}
