package io.reprise.server.requests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.SqliteFile;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.UsageDetails;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LoggedCallsTest {
    private static final Clock CLOCK = Clock.fixed(Calls.NOON, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private RequestLog log;

    @BeforeEach
    void open() {
        log = open(false, Duration.ofDays(30), 1L << 30);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void call_isRowWithWhatTheApiNames() {
        Usage used = new Usage(100, 40, 10, 30, false, new UsageDetails(4, 0, 0, 0, 0, 0, "", 9));
        log.finished(Calls.miss("a")
                .used(used)
                .model("claude-sonnet-4-5")
                .payer("k1", "search", "ann", "web", "beta")
                .finished());
        ObjectNode row = rows().getFirst();
        assertEquals("a", row.path("id").asText());
        assertEquals("2026-11-02T11:59:59.750Z", row.path("time").asText());
        assertEquals("request-a", row.path("request_id").asText());
        assertEquals("/v1/chat/completions", row.path("endpoint").asText());
        assertEquals("openai", row.path("wire").asText());
        assertEquals("false", row.path("stream").toString());
        assertEquals("claude-sonnet-4-5", row.path("model").asText());
        assertEquals("claude-sonnet-4-5-2024-08-06", row.path("served_model").asText());
        assertTrue(row.path("route").isNull());
        assertEquals("key:abc", row.path("principal").asText());
        assertEquals("k1", row.path("key").asText());
        assertEquals("search", row.path("team").asText());
        assertEquals("ann", row.path("user").asText());
        assertEquals("[\"beta\",\"web\"]", row.path("tags").toString());
        assertEquals(200, row.path("status").asInt());
        assertEquals("miss", row.path("outcome").asText());
        assertEquals("floor", row.path("reason").asText());
        assertTrue(row.path("entry").isNull());
        assertEquals(100, row.path("input_tokens").asInt());
        assertEquals(40, row.path("cached_input_tokens").asInt());
        assertEquals(10, row.path("cache_write_tokens").asInt());
        assertEquals(30, row.path("output_tokens").asInt());
        assertEquals(9, row.path("reasoning_tokens").asInt());
        assertEquals("false", row.path("estimated").toString());
        // 50 of text at 3, 40 read at 0.3, 6 written at 3.75 and 4 at 6, 30 answered at 15 dollars a million.
        assertEquals("0.0006585", row.path("cost_usd").asText());
        assertEquals("0", row.path("saved_usd").asText());
        assertTrue(row.path("saved_by").isNull());
        assertEquals(
                PriceBook.bundled(List.of()).version(),
                row.path("price_version").asText());
        assertEquals("250.000", row.path("latency_ms").toString());
        assertEquals("200.000", row.path("ttfb_ms").toString());
        assertEquals("false", row.path("audit").toString());
    }

    @Test
    void hit_costsNothingAndSaysWhatSavedIt() {
        log.finished(Calls.hit("a").finished());
        ObjectNode row = rows().getFirst();
        assertEquals("0", row.path("cost_usd").asText());
        assertEquals("0.00088", row.path("saved_usd").asText());
        assertEquals("exact", row.path("saved_by").asText());
        assertEquals("entry-1", row.path("entry").asText());
        assertEquals(1.0, row.path("similarity").asDouble());
    }

    @Test
    void unknownPrice_isNullAndNeverZero() {
        log.finished(Calls.miss("a").model("our-own").finished());
        JsonNode row = rows().getFirst();
        assertTrue(row.path("cost_usd").isNull(), row.toString());
        assertTrue(row.path("saved_usd").isNull(), row.toString());
    }

    @Test
    void pages_holdEachCallOnceNewestFirst() {
        for (int i = 0; i < 7; i++) {
            // Pairs of them end at the same time.
            log.finished(Calls.miss("c" + i).at(Calls.NOON.plusSeconds(i / 2)).finished());
        }
        List<String> seen = new ArrayList<>();
        RequestQuery.Cursor cursor = null;
        do {
            RequestQuery.Page page =
                    read(new RequestQuery(null, null, CallFilter.ALL, null, null, null, null, null, 3, cursor));
            page.calls().forEach(call -> seen.add(call.json().path("id").asText()));
            cursor = page.next() == null
                    ? null
                    : RequestQuery.Cursor.parse(page.next().toString());
        } while (cursor != null);
        assertEquals(List.of("c6", "c5", "c4", "c3", "c2", "c1", "c0"), seen);
    }

    @Test
    void filters_areMetTogether() {
        log.finished(Calls.miss("a").payer("k1", "search", "ann", "web").finished());
        log.finished(Calls.miss("b")
                .payer("k1", "search", "bob", "web", "beta")
                .status(500)
                .finished());
        log.finished(Calls.hit("c")
                .payer("k2", "ads", "cy", "webs")
                .at(Calls.NOON.plusSeconds(60))
                .finished());
        assertEquals(List.of("b", "a"), ids(filter(new CallFilter("k1", null, null, null, null, null, null))));
        assertEquals(List.of("c"), ids(filter(new CallFilter(null, "ads", null, null, null, null, null))));
        assertEquals(List.of("b"), ids(filter(new CallFilter("k1", "search", "bob", null, null, null, null))));
        assertEquals(List.of("b", "a"), ids(filter(new CallFilter(null, null, null, "web", null, null, null))));
        assertEquals(List.of(), ids(filter(new CallFilter(null, null, null, null, "gpt", null, null))));
        assertEquals(List.of("c"), ids(filter(new CallFilter(null, null, null, null, null, null, "exact"))));
        assertEquals(
                List.of("b"), ids(new RequestQuery(null, null, CallFilter.ALL, 500, 599, null, null, null, 10, null)));
        assertEquals(
                List.of("b", "a"),
                ids(new RequestQuery(
                        null, null, CallFilter.ALL, null, null, Calls.USAGE_PICO_DOLLARS, null, null, 10, null)));
        assertEquals(
                List.of("c"),
                ids(new RequestQuery(
                        Calls.NOON.plusSeconds(1), null, CallFilter.ALL, null, null, null, null, null, 10, null)));
        assertEquals(
                List.of("b", "a"),
                ids(new RequestQuery(
                        null, Calls.NOON.plusSeconds(60), CallFilter.ALL, null, null, null, null, null, 10, null)));
        assertEquals(
                List.of(),
                ids(new RequestQuery(null, null, CallFilter.ALL, null, null, null, "somebody", null, 10, null)));
    }

    @Test
    void oneCall_isToldWithItsStagesAndDecision() {
        log.finished(Calls.hit("a").finished());
        ObjectNode call = read(new OneRequest("a", null, null)).orElseThrow();
        assertEquals("{\"embed\":1.5}", call.path("stages").toString());
        assertEquals("exact", call.path("decision").path("outcome").asText());
        assertEquals("entry-1", call.path("decision").path("entry").asText());
        assertFalse(call.has("prompt"));
        assertEquals(Optional.empty(), read(new OneRequest("a", "somebody", null)));
        assertEquals(Optional.empty(), read(new OneRequest("b", null, null)));
    }

    @Test
    void texts_areKeptOnlyWhereTheyAreWanted() throws Exception {
        log.finished(Calls.miss("a").prompt("a question of mine").finished());
        rows();
        assertFalse(filesHold("a question of mine"));
        log.close();
        log = open(true, Duration.ofDays(30), 1L << 30);
        log.finished(Calls.miss("b").prompt("a question of mine").finished());
        ObjectNode call = read(new OneRequest("b", null, null)).orElseThrow();
        assertEquals("a question of mine", call.path("prompt").asText());
        assertEquals("because", call.path("completion").asText());
        assertTrue(filesHold("a question of mine"));
    }

    @Test
    void fingerprint_isOfTheTextAndOfTheFoldersKey() {
        var one = new Fingerprints(new byte[32]);
        byte[] key = new byte[32];
        key[0] = 1;
        // An e with an acute accent, whole and in two parts.
        assertEquals(one.of("caf\u00e9"), one.of(" cafe\u0301\n"));
        assertNotEquals(one.of("cafe"), one.of("caf\u00e9"));
        assertNotEquals(one.of("cafe"), new Fingerprints(key).of("cafe"));
        assertNull(one.of(null));
    }

    @Test
    void calls_areThereAfterARestart() {
        log.finished(Calls.miss("a").finished());
        log.close();
        log = open(false, Duration.ofDays(30), 1L << 30);
        log.finished(Calls.miss("b").finished());
        assertEquals(List.of("b", "a"), ids(filter(CallFilter.ALL)));
    }

    @Test
    void callToldAfterTheClose_isCountedAsDropped() {
        log.close();
        log.finished(Calls.miss("a").finished());
        assertEquals(1, log.counters().dropped());
    }

    @Test
    void file_isItsOwnersAlone() throws Exception {
        log.finished(Calls.miss("a").finished());
        rows();
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            for (Path file : files.toList()) {
                assertEquals(
                        PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file), file + "");
            }
        }
    }

    @Test
    void callsPastTheirTime_goAndTheirHoursStay() throws Exception {
        log.finished(
                Calls.miss("old").at(Calls.NOON.minus(Duration.ofHours(25))).finished());
        log.finished(
                Calls.miss("new").at(Calls.NOON.minus(Duration.ofHours(23))).finished());
        assertEquals(2, ids(filter(CallFilter.ALL)).size());
        log.close();
        log = open(false, Duration.ofDays(1), 1L << 30);
        await(() -> ids(filter(CallFilter.ALL)).equals(List.of("new")));
        assertEquals(2, number("SELECT sum(calls) FROM hours"));
    }

    @Test
    void fileThatGrowsTooLarge_losesTheOldestCalls() throws Exception {
        for (int i = 0; i < 6_000; i++) {
            log.finished(Calls.miss("call-" + i).at(Calls.NOON.plusMillis(i)).finished());
        }
        await(() -> number("SELECT count(*) FROM requests") == 6_000);
        log.close();
        log = open(false, Duration.ofDays(30), 1L << 20);
        await(() -> number("SELECT count(*) FROM requests") <= 1_000);
        assertEquals(6_000, number("SELECT sum(calls) FROM hours"));
    }

    @Test
    void damagedFile_isSetAsideAndANewOneBegun() throws Exception {
        log.finished(Calls.miss("a").finished());
        log.close();
        Path file = folder.resolve("log").resolve(LogFile.NAME);
        Files.writeString(file, "this is no database, whatever its name says. ".repeat(100));
        log = open(false, Duration.ofDays(30), 1L << 30);
        log.finished(Calls.miss("b").finished());
        assertEquals(List.of("b"), ids(filter(CallFilter.ALL)));
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            assertEquals(
                    1,
                    files.filter(each -> each.getFileName().toString().contains(".damaged-"))
                            .count());
        }
    }

    @Test
    void fileThatIsDamagedWhileInUse_losesNoLaterCall() throws Exception {
        log.finished(Calls.miss("a").finished());
        rows();
        Path file = folder.resolve("log").resolve(LogFile.NAME);
        Files.delete(file);
        log.finished(Calls.miss("b").finished());
        await(() -> log.counters().written() == 2);
        assertEquals(List.of("b"), ids(filter(CallFilter.ALL)));
        assertTrue(log.counters().failedWrites() > 0);
        assertEquals(0, log.counters().dropped());
    }

    @Test
    void refusedCall_isRowOfItsOwn() {
        log.finished(Calls.miss("a")
                .outcome(CallOutcome.REFUSED)
                .used(null)
                .status(429)
                .finished());
        JsonNode row = rows().getFirst();
        assertEquals("refused", row.path("outcome").asText());
        assertEquals("0", row.path("cost_usd").asText());
        assertNotNull(row.path("reason"));
    }

    private RequestLog open(boolean withTexts, Duration keep, long maxBytes) {
        return RequestLog.open(
                new RequestLog.Settings(folder.resolve("log"), new byte[32], withTexts, keep, maxBytes, false),
                PriceBook.bundled(List.of()),
                CLOCK);
    }

    private List<ObjectNode> rows() {
        return read(filter(CallFilter.ALL)).calls().stream()
                .map(LoggedCall::json)
                .toList();
    }

    private static RequestQuery filter(CallFilter filter) {
        return new RequestQuery(null, null, filter, null, null, null, null, null, 100, null);
    }

    private List<String> ids(RequestQuery query) {
        return read(query).calls().stream()
                .map(call -> call.json().path("id").asText())
                .toList();
    }

    private <T> T read(LogReading<T> reading) {
        return log.read(reading).toCompletableFuture().join();
    }

    private long number(String sql) {
        Long number = read(connection -> {
            try (var statement = connection.createStatement()) {
                return SqliteFile.number(statement, sql);
            }
        });
        return number;
    }

    private boolean filesHold(String text) throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("log"))) {
            for (Path file : files.toList()) {
                if (new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        Instant deadline = Instant.now().plusSeconds(20);
        while (!condition.holds()) {
            assertTrue(Instant.now().isBefore(deadline), "not in time");
            Thread.onSpinWait();
        }
    }
}
