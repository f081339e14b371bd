package io.reprise.server.transfer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.Entry;
import io.reprise.index.EntryFilter;
import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.decision.Decision;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.StrictJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Exports of an index on disk with many entries, which no test changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExportsTest {
    private static final int ENTRIES = 20_000;
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final CachingRules RULES = new CachingRules(Map.of(), null, List.of(), false);

    private final LuceneIndex index;
    private final SemanticCache cache;
    private final Exports exports;

    ExportsTest(@TempDir Path folder) {
        index = LuceneIndex.open(folder, IndexOptions.of(2, "none"), CLOCK);
        cache = new SemanticCache(
                new NoModel(),
                index,
                (asked, candidates, rate) ->
                        new Decision(new Decision.Verdict.Miss(Decision.Reason.NO_CANDIDATE), candidates, 1, 1),
                new SemanticCache.Settings(
                        1,
                        1,
                        0,
                        1,
                        0,
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        0,
                        false,
                        SemanticCache.ConversationSettings.DEFAULT),
                CLOCK,
                (stage, nanos) -> {});
        exports = new Exports(cache, new Seal(new byte[32]), RULES, CLOCK);
    }

    @BeforeAll
    void store() {
        byte[] answer = Completion.ofText("An answer. ".repeat(20), null, null).encode();
        for (int i = 0; i < ENTRIES; i++) {
            index.put(
                    new Entry(
                            String.format("%032x", i * 7919L % ENTRIES),
                            "0".repeat(64),
                            "anonymous",
                            i % 1000 == 0 ? "rare" : "default",
                            null,
                            "prompt " + i,
                            answer,
                            List.of(),
                            NOW.toEpochMilli(),
                            NOW.plusSeconds(60).toEpochMilli()),
                    new float[] {1, 0});
        }
    }

    @AfterAll
    void close() {
        cache.close();
        index.close();
    }

    @Test
    void everyEntry_comesOnceInPartsThatAreSmall() {
        List<String> ids = new ArrayList<>();
        AtomicInteger largest = new AtomicInteger();
        exports.write(all(null), lines -> {
            largest.accumulateAndGet(lines.length, Math::max);
            parsed(lines).stream()
                    .filter(line -> line.has("id"))
                    .forEach(line -> ids.add(line.path("id").asText()));
            return true;
        });
        assertEquals(ENTRIES, ids.size());
        assertEquals(ids.stream().sorted().distinct().toList(), ids);
        assertTrue(largest.get() < 400_000, () -> "at most " + largest);
    }

    @Test
    void readerThatLeaves_endsTheScan() {
        AtomicInteger parts = new AtomicInteger();
        exports.write(all(null), lines -> parts.incrementAndGet() < 3);
        assertEquals(3, parts.get());
    }

    @Test
    void exportAfterAnId_isTheRest() {
        List<JsonNode> lines = new ArrayList<>();
        exports.write(all(String.format("%032x", ENTRIES - 3)), part -> lines.addAll(parsed(part)));
        assertEquals(1, lines.getFirst().path("reprise_export").asInt());
        assertEquals(4, lines.size());
        assertEquals(2, lines.getLast().at("/end/entries").asInt());
    }

    @Test
    void filterOfFew_isExactlyThose() {
        List<JsonNode> lines = new ArrayList<>();
        var order = new Exports.Order(new EntryFilter(null, "rare", null, null, null), null, false, false);
        exports.write(order, part -> lines.addAll(parsed(part)));
        assertEquals(ENTRIES / 1000, lines.getLast().at("/end/entries").asInt());
    }

    private static Exports.Order all(@Nullable String after) {
        return new Exports.Order(EntryFilter.ofPrincipal(null), after, true, true);
    }

    private static List<JsonNode> parsed(byte[] lines) {
        return new String(lines, StandardCharsets.UTF_8)
                .lines()
                .map(line -> StrictJson.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    /** No text is embedded in an export. */
    private static final class NoModel implements SentenceEmbedder {
        @Override
        public int dimension() {
            return 2;
        }

        @Override
        public int windowTokens() {
            return 1;
        }

        @Override
        public String modelName() {
            return "none";
        }

        @Override
        public Embedding embed(String text) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<Embedding> embedAll(List<String> texts) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
