package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.index.FlatIndex;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiChat;
import io.reprise.server.protocol.StrictJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * No conversation is answered with what was said in another, however alike the last words are: under a policy that serves any
 * candidate at all, so that the scopes alone decide.
 */
class MultiTurnTest {
    private static final OpenAiChat CHAT = new OpenAiChat();
    private static final LookupOptions SEMANTIC = new LookupOptions(true, null, null);

    private final FlatIndex index = new FlatIndex(AngleEmbedder.DIMENSION, Clock.systemUTC());
    private final AngleEmbedder model = new AngleEmbedder();
    private SemanticCache cache;

    @BeforeEach
    void open() {
        cache = new SemanticCache(
                model,
                index,
                new CosineCutoff(0, 0, 1, Calibration.BUNDLED_MODEL),
                new SemanticCache.Settings(
                        1,
                        16,
                        1 << 20,
                        8,
                        1,
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        1 << 20,
                        false,
                        SemanticCache.ConversationSettings.DEFAULT),
                Clock.systemUTC(),
                (stage, nanos) -> {});
    }

    @AfterEach
    void close() {
        cache.close();
        index.close();
    }

    @Test
    void sameQuestionInTheSameConversation_isServed() {
        store(
                "same",
                "[{'role':'user','content':'a'},{'role':'assistant','content':'b'},{'role':'user','content':'c'}]");
        assertInstanceOf(
                Lookup.Hit.class,
                lookup(
                        "same",
                        "[{'role':'user','content':'a'},{'role':'assistant','content':'b'},"
                                + "{'role':'user','content':'c in other words'}]"));
    }

    @Test
    void conversationsThatAreNotTheSame_shareNoAnswer() throws IOException {
        Path file = Path.of(System.getProperty("reprise.eval.data")).resolve("multiturn.jsonl.gz");
        assumeTrue(Files.exists(file), "skipped: the evaluation data is not on this machine");
        var pairsByKind = new TreeMap<String, Integer>();
        var servedByKind = new TreeMap<String, Integer>();
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode pair = StrictJson.parse(line.getBytes(StandardCharsets.UTF_8));
                if (pair.path("label").asInt() == 0) {
                    String kind = pair.path("kind").asText();
                    pairsByKind.merge(kind, 1, Integer::sum);
                    servedByKind.merge(kind, servesTheOther(pair) ? 1 : 0, Integer::sum);
                }
            }
        }
        assertTrue(pairsByKind.size() >= 4, pairsByKind::toString);
        servedByKind.forEach((kind, served) -> assertEquals(0, served, kind + " of " + pairsByKind));
    }

    /** Whether, after the one conversation, any turn of the other is answered from it; and the other way round. */
    private boolean servesTheOther(JsonNode pair) {
        return serves(pair.path("id").asText() + "-ab", pair.path("a"), pair.path("b"))
                || serves(pair.path("id").asText() + "-ba", pair.path("b"), pair.path("a"));
    }

    private boolean serves(String namespace, JsonNode first, JsonNode second) {
        store(namespace, first);
        return cache.lookup(query(namespace, second), SEMANTIC) instanceof Lookup.Hit;
    }

    private void store(String namespace, String messages) {
        store(namespace, parsed(messages));
    }

    private void store(String namespace, JsonNode messages) {
        var options = new StoreOptions(null, List.of(), null);
        Completion answer = Completion.ofText("answer", null, null);
        Waiting.result(cache.store(query(namespace, messages), () -> answer, options));
    }

    private Lookup lookup(String namespace, String messages) {
        return cache.lookup(query(namespace, parsed(messages)), SEMANTIC);
    }

    private static JsonNode parsed(String json) {
        return StrictJson.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static CacheQuery query(String namespace, JsonNode messages) {
        ObjectNode body = StrictJson.object().put("model", "m");
        body.putArray("messages").addAll((ArrayNode) messages.deepCopy());
        return Prompts.query(CHAT.read(body), CallerScope.of("ann", namespace, null));
    }
}
