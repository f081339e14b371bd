package io.reprise.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.FlatIndex;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.Surroundings;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiChat;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.Future;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** Prompts as people send them to language models: of those that differ, none is answered by another one's answer. */
class DistinctPromptsTest {
    private static final LookupOptions BY_MEANING = new LookupOptions(true, null, null);
    private static final long DEADLINE_SECONDS = 120;

    @Test
    void promptsThatDiffer_areNotServedEachOthersAnswer() throws Exception {
        Path file = Path.of(System.getProperty("reprise.eval.data")).resolve("prompts_llm.jsonl.gz");
        assumeTrue(Files.exists(file), "skipped: the evaluation data is not on this machine");
        Path models = Path.of(System.getProperty("reprise.models"));
        ServerConfig config = new ConfigLoader(
                        new Surroundings(models, models, Runtime.getRuntime().availableProcessors()))
                .load(null, Map.of(), List.of())
                .config();
        Map<String, String> names = new LinkedHashMap<>();
        List<CacheQuery> distinct = distinct(file, names);
        try (SentenceEmbedder embedder = OnnxSentenceEmbedder.open(
                        ModelFolder.open(models.resolve("all-minilm-l6-v2-q")), EmbedderOptions.defaults());
                ReadingModel reading = Objects.requireNonNull(ReadingModel.of(config, embedder.modelName()));
                var cache = new SemanticCache(
                        embedder,
                        new FlatIndex(embedder.dimension(), Clock.systemUTC()),
                        DecisionWiring.uncontrolled(config, reading, failure -> {
                            throw failure;
                        }),
                        Server.settings(config),
                        Clock.systemUTC(),
                        (stage, nanos) -> {})) {
            Future.all(distinct.stream().map(query -> store(cache, query)).toList())
                    .await(DEADLINE_SECONDS, TimeUnit.SECONDS);
            Map<String, Integer> misses = new TreeMap<>();
            List<String> served = new ArrayList<>();
            for (CacheQuery query : distinct) {
                switch (withoutItself(cache, query)) {
                    case Lookup.Hit hit ->
                        served.add(names.get(query.id()) + " by "
                                + names.get(hit.entry().id()));
                    case Lookup.Miss miss -> misses.merge(miss.reason(), 1, Integer::sum);
                }
            }
            assertEquals(List.of(), served);
            assertEquals(0, cache.faults());
            // Else nothing has been asked.
            assertTrue(misses.getOrDefault("uncacheable:too-long", 0) > distinct.size() / 20, misses::toString);
            assertTrue(misses.getOrDefault("verifier", 0) > distinct.size() / 4, misses::toString);
        }
    }

    /** What the cache has for a prompt when it holds all the others. */
    private static Lookup withoutItself(SemanticCache cache, CacheQuery query) throws Exception {
        assertTrue(cache.delete(query.id(), null).await(DEADLINE_SECONDS, TimeUnit.SECONDS));
        Lookup found = cache.lookup(query, BY_MEANING);
        store(cache, query).await(DEADLINE_SECONDS, TimeUnit.SECONDS);
        return found;
    }

    private static Future<SemanticCache.Stored> store(SemanticCache cache, CacheQuery query) {
        var options = new StoreOptions(null, List.of(), null);
        return cache.store(query, () -> Completion.ofText("answer", "m", null), options);
    }

    /**
     * The prompts of the file, once each where several sources have one to the letter.
     *
     * @param names gets the data's name of each, by its key
     */
    private static List<CacheQuery> distinct(Path file, Map<String, String> names) throws IOException {
        List<CacheQuery> queries = new ArrayList<>();
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode row = StrictJson.parse(line.getBytes(StandardCharsets.UTF_8));
                CacheQuery query = Prompts.query(
                        new OpenAiChat().ofPrompt(row.path("text").asText(), "m"),
                        CallerScope.of("ann", "default", null));
                if (names.putIfAbsent(query.id(), row.path("id").asText()) == null) {
                    queries.add(query);
                }
            }
        }
        return queries;
    }
}
