package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call for embeddings may ask of the cache. */
class EmbeddingsControlsTest {
    private static final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(clock);

    /** What was asked at the time of a bulk delete is not stored. */
    @BeforeEach
    void leaveTheDeletesOfOtherTestsBehind() {
        clock.advance(Duration.ofSeconds(1));
    }

    @Test
    void noCache_asksForAllAndStoresIt() {
        ask("a");

        Answer fresh = ask("a", "b", "cache-control", "no-cache");

        assertEquals("reprise; fwd=bypass; stored; detail=\"no-cache\"", fresh.header("cache-status"));
        assertEquals(List.of("[\"a\"]", "[\"a\",\"b\"]"), Embeddings.asked(stage));
        assertEquals("exact", ask("b").header("x-reprise-outcome"));
    }

    @Test
    void noStore_mayAnswerFromTheCacheAndDoesNotStore() {
        ask("a");

        assertEquals("exact", ask("a", null, "cache-control", "no-store").header("x-reprise-outcome"));
        Answer partial = ask("a", "b", "cache-control", "no-store");
        assertEquals("reprise; fwd=miss; detail=\"partial:1/2\"", partial.header("cache-status"));
        assertEquals("miss", ask("b").header("x-reprise-outcome"));
    }

    @Test
    void onlyIfCached_needsAllOfIt() {
        ask("a");

        assertEquals(200, ask("a", null, "cache-control", "only-if-cached").status());
        Answer refused = ask("a", "b", "cache-control", "only-if-cached");
        assertEquals(504, refused.status());
        assertTrue(refused.json().at("/error/message").asText().contains("partial:1/2"), refused.toString());
        assertEquals("miss", refused.header("x-reprise-outcome"));
        assertEquals(
                504, ask("a", null, "cache-control", "only-if-cached, no-cache").status());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void maxAge_refusesOlderEmbeddings() {
        ask("old");
        later(Duration.ofSeconds(60));
        ask("new");
        later(Duration.ofSeconds(40));
        stage.upstream().log().clear();

        assertEquals("100", ask("old", "new", "cache-control", "max-age=100").header("age"));
        assertEquals("40", ask("old", "new", "cache-control", "max-age=99").header("age"));
        assertEquals(List.of("[\"old\"]"), Embeddings.asked(stage));
        assertEquals("40", ask("old", "new").header("age"));
        assertFalse(ask("newest").has("age"));
    }

    @Test
    void exactMode_isServeMode() {
        ask("a");

        assertEquals("exact", ask("a", null, "x-reprise-mode", "exact").header("x-reprise-outcome"));
    }

    @Test
    void shadowMode_answersFromUpstreamAndSaysWhatItFound() {
        ask("a");

        Answer shadow = ask("a", "b", "x-reprise-mode", "shadow");
        Answer nothing = ask("c", null, "x-reprise-mode", "shadow");

        assertEquals("reprise; fwd=miss; stored; detail=\"shadow\"", shadow.header("cache-status"));
        assertEquals("reprise; fwd=miss; stored; detail=\"no_candidate\"", nothing.header("cache-status"));
        assertEquals(List.of("[\"a\"]", "[\"a\",\"b\"]", "[\"c\"]"), Embeddings.asked(stage));
    }

    @Test
    void offMode_neitherLooksUpNorStores() {
        ask("a");

        Answer off = ask("a", "b", "x-reprise-mode", "off");

        assertEquals("reprise; fwd=bypass; detail=\"off\"", off.header("cache-status"));
        assertEquals("miss", ask("b").header("x-reprise-outcome"));
    }

    @Test
    void ttl_endsEachEmbeddingsLife() {
        ask("short", null, "x-reprise-ttl", "60");
        ask("long");
        later(Duration.ofSeconds(60));
        stage.upstream().log().clear();

        assertEquals(
                "reprise; fwd=miss; stored; detail=\"partial:1/2\"",
                ask("short", "long").header("cache-status"));
        assertEquals(List.of("[\"short\"]"), Embeddings.asked(stage));
    }

    @Test
    void tags_markEachEmbedding() {
        ask("a", "b", "x-reprise-tags", "doc:1");
        ask("a", "b");

        assertEquals(
                2,
                stage.caller()
                        .get("/v1/cache/entries?tag=doc:1")
                        .json()
                        .path("entries")
                        .size());
        assertEquals(
                2,
                stage.caller()
                        .delete("/v1/cache/entries?tag=doc:1")
                        .json()
                        .path("deleted")
                        .asInt());
        assertEquals("miss", ask("a").header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"namespace\":\"n\"}",
                "{\"ttl\":60}",
                "{\"s-maxage\":60}",
                "{\"no-cache\":false}",
                "{\"no-store\":true}"
            })
    void bodyField_neverReachesUpstream(String cache) {
        ask("a");
        ObjectNode whole = Embeddings.of("x", "y");
        whole.set("cache", Answer.parse(cache.getBytes(StandardCharsets.UTF_8)));
        ObjectNode partial = whole.deepCopy();
        partial.withArray("input").add("a");

        stage.caller().post(Embeddings.PATH, whole);
        stage.caller().post(Embeddings.PATH, partial);

        for (var request : stage.upstream().log().requests()) {
            assertFalse(request.json().orElseThrow().has("cache"), request.toString());
        }
    }

    @Test
    void bodyField_meansWhatTheHeadersMean() {
        ask("a");
        ObjectNode noCache = Embeddings.of("a");
        noCache.putObject("cache").put("no-cache", true);
        ObjectNode namespace = Embeddings.of("a");
        namespace.putObject("cache").put("namespace", "other");

        assertEquals("bypass", stage.caller().post(Embeddings.PATH, noCache).header("x-reprise-outcome"));
        assertEquals("miss", stage.caller().post(Embeddings.PATH, namespace).header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @CsvSource({"x-reprise-mode,sometimes", "x-reprise-namespace,not allowed", "x-reprise-ttl,0"})
    void badValue_isRefusedInTheWiresShape(String header, String value) {
        Answer refused = ask("a", null, header, value);

        assertEquals(400, refused.status());
        JsonNode error = refused.json().path("error");
        assertEquals("invalid_request_error", error.path("type").asText());
        assertEquals(header, error.path("param").asText());
        assertEquals(0, stage.upstreamCalls());
    }

    /** Moves the clock once what was asked is stored, which a call does not wait for and the next one does. */
    private static void later(Duration by) {
        for (String text : List.of("old", "new", "short", "long")) {
            ask(text, null, "cache-control", "only-if-cached");
        }
        clock.advance(by);
    }

    private static Answer ask(String text) {
        return ask(text, null);
    }

    private static Answer ask(String text, @Nullable String second, String... headers) {
        ObjectNode body = second == null ? Embeddings.of(text) : Embeddings.of(text, second);
        return stage.caller().post(Embeddings.PATH, body, headers);
    }
}
