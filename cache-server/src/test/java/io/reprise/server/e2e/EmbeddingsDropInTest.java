package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Embeddings are cached input by input, and a client cannot tell. */
class EmbeddingsDropInTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"one text\"",
                "[\"one text\"]",
                "[\"first\",\"second\",\"third\"]",
                "[1,22,333]",
                "[[1,22],[333]]",
                "[\"\"]",
                "[\"Grüße, 世界 🌍\",\"tab\\there\",\"nul\\u0000\",\"quote\\\"\"]"
            })
    void missAndHit_areWhatUpstreamSays(String input) {
        for (String format : List.of("", ",\"encoding_format\":\"float\"", ",\"encoding_format\":\"base64\"")) {
            for (String dimensions : List.of("", ",\"dimensions\":5")) {
                String body = "{\"model\":\"text-embedding-3-small\",\"input\":" + input + format + dimensions + "}";
                JsonNode direct =
                        stage.directCaller().post(Embeddings.PATH, body).json();

                Answer miss = stage.caller().post(Embeddings.PATH, body);
                Answer hit = stage.caller().post(Embeddings.PATH, body);

                assertEquals(direct, miss.json());
                assertEquals(direct, hit.json());
                assertEquals("exact", hit.header("x-reprise-outcome"), hit.toString());
            }
        }
    }

    @Test
    void inputsOfOtherCalls_areHits() {
        Answer batch = ask("a", "b", "c");

        Answer alone = stage.caller().post(Embeddings.PATH, Embeddings.of().put("input", "b"));
        Answer turned = ask("c", "a");

        assertEquals(Embeddings.vectors(batch).get(1), Embeddings.vectors(alone).getFirst());
        assertEquals(
                Embeddings.vectors(batch).get(2), Embeddings.vectors(turned).get(0));
        assertEquals(
                Embeddings.vectors(batch).get(0), Embeddings.vectors(turned).get(1));
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void upstreamIsAskedForTheNewOnesAlone() {
        ask("a", "b");
        JsonNode direct = stage.directCaller()
                .post(Embeddings.PATH, Embeddings.of("x", "a", "y", "b", "z"))
                .json();
        stage.upstream().log().clear();

        Answer partial = ask("x", "a", "y", "b", "z");

        assertEquals(List.of("[\"x\",\"y\",\"z\"]"), Embeddings.asked(stage));
        assertEquals(direct, partial.json());
        assertEquals("miss", partial.header("x-reprise-outcome"));
        assertEquals("reprise; fwd=miss; stored; detail=\"partial:2/5\"", partial.header("cache-status"));
        assertEquals("exact", ask("x", "y", "z").header("x-reprise-outcome"));
    }

    @Test
    void newOnesAmongLists_areAskedForAsLists() {
        String known = "{\"model\":\"m\",\"input\":[[1,2],[3]]}";
        String more = "{\"model\":\"m\",\"input\":[[3],[4,5],[1,2]]}";
        stage.caller().post(Embeddings.PATH, known);
        JsonNode direct = stage.directCaller().post(Embeddings.PATH, more).json();
        stage.upstream().log().clear();

        assertEquals(direct, stage.caller().post(Embeddings.PATH, more).json());
        assertEquals(List.of("[[4,5]]"), Embeddings.asked(stage));
    }

    @Test
    void inputThatIsRepeated_isAskedForOnce() {
        JsonNode direct = stage.directCaller()
                .post(Embeddings.PATH, Embeddings.of("twice", "once", "twice"))
                .json();
        stage.upstream().log().clear();

        Answer miss = ask("twice", "once", "twice");

        assertEquals(List.of("[\"twice\",\"once\"]"), Embeddings.asked(stage));
        assertEquals(direct, miss.json());
        assertEquals(direct, ask("twice", "once", "twice").json());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void tokens_areNotTheTextOfTheirJson() {
        Answer tokens = stage.caller().post(Embeddings.PATH, "{\"model\":\"m\",\"input\":[1,2]}");
        Answer text = stage.caller().post(Embeddings.PATH, "{\"model\":\"m\",\"input\":\"[1,2]\"}");

        assertEquals("miss", tokens.header("x-reprise-outcome"));
        assertEquals("miss", text.header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @ValueSource(strings = {" a", "a ", "a\n", "A", "a\u0301", "\u00e1", "a\u200b"})
    void everyCharacterCounts(String other) {
        ask("a", "a\u0301x");

        assertEquals("miss", ask(other).header("x-reprise-outcome"));
        assertEquals("exact", ask(other).header("x-reprise-outcome"));
        assertEquals("exact", ask("a").header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":\"text-embedding-3-large\"}",
                "{\"dimensions\":4}",
                "{\"dimensions\":null}",
                "{\"encoding_format\":\"base64\"}",
                "{\"input_type\":\"query\"}",
                "{\"unheard_of\":0}"
            })
    void otherField_isAnotherScope(String changed) {
        ask("a");
        ObjectNode body = Embeddings.of("a");
        body.setAll((ObjectNode) Answer.parse(changed.getBytes(StandardCharsets.UTF_8)));

        assertEquals("miss", stage.caller().post(Embeddings.PATH, body).header("x-reprise-outcome"));
        assertEquals("exact", stage.caller().post(Embeddings.PATH, body).header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"user\":\"u-1\"}",
                "{\"encoding_format\":\"float\"}",
                "{\"encoding_format\":null}",
                "{\"unheard_of\":null}",
                "{\"dimensions\":3.0}"
            })
    void fieldThatChangesNoVector_isOutsideTheScope(String changed) {
        ask("a");
        ObjectNode body = Embeddings.of("a");
        body.setAll((ObjectNode) Answer.parse(changed.getBytes(StandardCharsets.UTF_8)));

        assertEquals("exact", stage.caller().post(Embeddings.PATH, body).header("x-reprise-outcome"));
    }

    @Test
    void featureHeadersAndQuery_areInTheScope() {
        ask("a");

        assertEquals(
                "miss",
                stage.caller()
                        .post(Embeddings.PATH, Embeddings.of("a"), "openai-project", "p")
                        .header("x-reprise-outcome"));
        assertEquals(
                "miss",
                stage.caller()
                        .post(Embeddings.PATH + "?api-version=1", Embeddings.of("a"))
                        .header("x-reprise-outcome"));
    }

    @Test
    void otherCallers_seeNothing() {
        ask("a");

        for (WireCaller other : List.of(
                stage.anonymous().with("authorization", "Bearer somebody-else-" + stage.key()),
                stage.caller().with("x-reprise-namespace", "other"),
                stage.caller().with("x-reprise-context", "other"))) {
            assertEquals("miss", other.post(Embeddings.PATH, Embeddings.of("a")).header("x-reprise-outcome"));
        }
    }

    @Test
    void requestBytes_reachUpstreamAsTheyCame() {
        String odd =
                " {\"input\" : [\"\\u0061\", \"b\" ],\n\"model\":\"m\", \"dimensions\": 2.0, \"x-unknown\":[1e2]}\t";

        stage.caller().post(Embeddings.PATH, odd);

        assertEquals(
                odd, new String(stage.upstream().log().requests().getFirst().body(), StandardCharsets.UTF_8));
    }

    @Test
    void otherFieldsOfAPartialCall_reachUpstreamUnchanged() {
        stage.caller().post(Embeddings.PATH, "{\"model\":\"m\",\"input\":\"a\",\"x\":[1.50,null]}");

        stage.caller()
                .post(Embeddings.PATH, "{\"x\":[1.50,null],\"input\":[\"a\",\"b\"],\"user\":\"u\",\"model\":\"m\"}");

        assertEquals(
                "{\"x\":[1.50,null],\"input\":[\"b\"],\"user\":\"u\",\"model\":\"m\"}",
                new String(stage.upstream().log().requests().getLast().body(), StandardCharsets.UTF_8));
    }

    @Test
    void missHeaders_areUpstreamsOwn() {
        ask("a");
        Answer direct = stage.directCaller().post(Embeddings.PATH, Embeddings.of("a", "b"));
        Answer partial = ask("a", "b");

        for (String name : List.of("openai-version", "openai-organization", "content-type")) {
            assertEquals(direct.headerValues(name), partial.headerValues(name), name);
        }
        assertTrue(partial.has("x-request-id"), partial.toString());
        assertEquals(partial.body().length, Integer.parseInt(partial.header("content-length")));
    }

    @Test
    void hitHeaders_sayWhatItIs() {
        Answer miss = ask("a");
        Answer hit = ask("a");
        Answer many = ask("a", "a");

        assertEquals("reprise; fwd=miss; stored; detail=\"no_candidate\"", miss.header("cache-status"));
        assertEquals("reprise; hit; detail=exact", hit.header("cache-status"));
        assertEquals("application/json", hit.header("content-type"));
        assertEquals("1", hit.header("x-reprise-similarity"));
        assertFalse(hit.header("x-reprise-entry").isEmpty());
        assertTrue(Integer.parseInt(hit.header("age")) >= 0);
        assertNotEquals(hit.header("x-reprise-lookup"), many.header("x-reprise-lookup"));
        assertFalse(many.has("x-reprise-entry"));
    }

    @Test
    void batchAsLargeAsOpenAiTakes_isAnsweredFromTheCache() {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2048; i++) {
            texts.add("text number " + i);
        }
        Answer miss = ask(texts.toArray(String[]::new));
        assertEquals(200, storedWithin(Duration.ofSeconds(20), texts), "the store of a large batch takes a moment");
        Collections.shuffle(texts, new Random(7));
        JsonNode direct = stage.directCaller()
                .post(Embeddings.PATH, Embeddings.of(texts.toArray(String[]::new)))
                .json();

        Answer hit = ask(texts.toArray(String[]::new));

        assertEquals("miss", miss.header("x-reprise-outcome"));
        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertEquals(direct, hit.json());
    }

    @Test
    void largerBatch_isForwardedUncached() {
        ObjectNode body = Embeddings.of();
        for (int i = 0; i < 10_000; i++) {
            body.withArray("input").add("text number " + i);
        }
        body.putObject("cache").put("ttl", 60);

        Answer answer = stage.caller().post(Embeddings.PATH, body);

        assertEquals("reprise; fwd=bypass; detail=\"too-many-inputs\"", answer.header("cache-status"));
        assertEquals(10_000, answer.json().path("data").size());
        assertFalse(stage.upstream()
                .log()
                .requests()
                .getFirst()
                .json()
                .orElseThrow()
                .has("cache"));
    }

    @Test
    void entries_areTheInputsWithTheirEmbeddings() {
        Answer answer = ask("a text");
        stage.caller().post(Embeddings.PATH, "{\"model\":\"m\",\"input\":[7, 8]}");
        // Asked again, so that both are stored: a lookup waits for a store under way, a listing does not.
        stage.caller().post(Embeddings.PATH, "{\"model\":\"m\",\"input\":[7, 8]}");
        ask("a text");

        JsonNode entries = stage.caller().get("/v1/cache/entries").json().path("entries");

        assertEquals(2, entries.size());
        JsonNode text = stage.caller().get("/v1/cache/entries?q=text").json().at("/entries/0");
        assertEquals("a text", text.path("prompt").asText());
        assertEquals(Embeddings.MODEL, text.path("model").asText());
        assertEquals(answer.json().at("/data/0"), text.path("completion"));
        assertTrue(entries.toString().contains("\"prompt\":\"[7,8]\""), entries.toString());
    }

    @Test
    void deletedEntry_isAskedForAgain() {
        ask("a", "b");
        String id = ask("a").header("x-reprise-entry");

        assertEquals(204, stage.caller().delete("/v1/cache/entries/" + id).status());
        stage.upstream().log().clear();

        ask("a", "b");
        assertEquals(List.of("[\"a\"]"), Embeddings.asked(stage));
    }

    @Test
    void chats_findNoEmbeddings() {
        stage.caller().post(Embeddings.PATH, "{\"model\":\"gpt-4o-mini\",\"input\":\"" + Chats.QUESTION + "\"}");
        stage.caller().post(Embeddings.PATH, "{\"model\":\"gpt-4o-mini\",\"input\":\"" + Chats.PARAPHRASE + "\"}");

        Answer chat = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals("reprise; fwd=miss; stored; detail=\"no_candidate\"", chat.header("cache-status"));
    }

    @Test
    void sameBytes_areTheAnswerOfAMiss() {
        byte[] direct = stage.directCaller()
                .post(Embeddings.PATH, Embeddings.of("a", "b"))
                .body();

        assertArrayEquals(direct, ask("a", "b").body());
    }

    @Test
    void usage_isThatOfTheWholeBatchHoweverMuchIsCached() {
        long direct = Embeddings.promptTokens(stage.directCaller()
                .post(Embeddings.PATH, Embeddings.of("one", "a longer second text", "antidisestablishmentarianism")));

        Answer first = ask("one", "a longer second text");
        Answer partial = ask("one", "a longer second text", "antidisestablishmentarianism");
        Answer hit = ask("one", "a longer second text", "antidisestablishmentarianism");

        assertTrue(Embeddings.promptTokens(first) < direct);
        assertEquals(direct, Embeddings.promptTokens(partial));
        assertEquals(direct, Embeddings.promptTokens(hit));
        assertEquals(direct, hit.json().at("/usage/total_tokens").asLong());
    }

    @Test
    void savings_countWhatWasAskedAsSpentAndTheRestAsSaved() {
        ask("one", "two words");
        ask("one", "two words");
        Answer partial = ask("two words", "and three words");

        JsonNode total = stage.caller().get("/v1/savings").json().path("total");

        assertEquals(3, total.path("calls").asInt());
        assertEquals(1, total.path("exact_hits").asInt());
        assertEquals(2, total.path("misses").asInt());
        assertEquals(0, total.path("unpriced_calls").asInt());
        // 0.02 dollars for a million tokens: one and two tokens, then three.
        assertEquals(6, total.path("input_tokens").asInt());
        assertEquals(3 + 2, total.path("saved_input_tokens").asInt());
        assertEquals("0.00000012", total.path("spent_usd").asText());
        assertEquals("0.0000001", total.path("saved_usd").asText());
        assertEquals("0.00000004", partial.header("x-reprise-saved-usd"));
    }

    private static int storedWithin(Duration patience, List<String> texts) {
        Instant deadline = Instant.now().plus(patience);
        ObjectNode body = Embeddings.of(texts.toArray(String[]::new));
        int status;
        do {
            status = stage.caller()
                    .post(Embeddings.PATH, body, "cache-control", "only-if-cached")
                    .status();
        } while (status == 504 && Instant.now().isBefore(deadline));
        return status;
    }

    private static Answer ask(String... texts) {
        return stage.caller().post(Embeddings.PATH, Embeddings.of(texts));
    }
}
