package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code POST /v1/cache/lookup}: shapes, scopes and modes. */
class NativeLookupTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage byCosine = Stage.with("decision.policy=cosine");

    private static final String LOOKUP = "/v1/cache/lookup";

    @Test
    void exactHit_hasTheContractsShape() {
        String id = store(prompt(Chats.QUESTION)
                        .put("model", Chats.MODEL)
                        .put("completion", "By e-mail.")
                        .put("ttl_seconds", 60))
                .path("id")
                .asText();

        JsonNode hit = lookup(prompt(Chats.QUESTION).put("model", Chats.MODEL));

        assertEquals("hit", hit.path("outcome").asText());
        assertEquals("exact", hit.path("kind").asText());
        assertTrue(hit.path("lookup_id").asText().startsWith("lk-"));
        assertFalse(hit.path("audit").asBoolean(true));
        assertEquals(1.0, hit.path("similarity").asDouble());
        assertEquals(1.0, hit.path("confidence").asDouble());
        JsonNode entry = hit.path("entry");
        assertEquals(id, entry.path("id").asText());
        assertEquals(Chats.QUESTION, entry.path("prompt").asText());
        assertEquals("By e-mail.", entry.path("completion").asText());
        assertEquals(Chats.MODEL, entry.path("model").asText());
        assertEquals("default", entry.path("namespace").asText());
        assertTrue(entry.path("tags").isArray());
        assertTrue(entry.path("created_at").asText().endsWith("Z"));
        assertTrue(entry.path("expires_at")
                        .asText()
                        .compareTo(entry.path("created_at").asText())
                > 0);
        JsonNode saved = hit.path("saved");
        assertTrue(saved.path("input_tokens").asInt() > 0
                && saved.path("output_tokens").asInt() > 0);
        assertTrue(saved.path("usd").asText().startsWith("0.0000"), saved.toString());
    }

    @Test
    void semanticHit_saysHowNear() {
        store(prompt(Chats.QUESTION).put("completion", "By e-mail."));

        JsonNode hit = lookup(prompt(Chats.PARAPHRASE));

        assertEquals("semantic", hit.path("kind").asText());
        assertTrue(hit.path("similarity").asDouble() > 0.95
                && hit.path("similarity").asDouble() < 1);
        assertTrue(
                hit.path("confidence").asDouble() > 0 && hit.path("confidence").asDouble() <= 1);
    }

    @Test
    void statedUsageAndPrice_giveTheSaving() {
        ObjectNode entry = prompt(Chats.QUESTION).put("model", "gpt-4o").put("completion", "By e-mail.");
        entry.putObject("usage").put("input_tokens", 12).put("output_tokens", 85);
        store(entry);

        JsonNode saved = lookup(prompt(Chats.QUESTION).put("model", "gpt-4o")).path("saved");

        assertEquals("{\"input_tokens\":12,\"output_tokens\":85,\"usd\":\"0.00088\"}", saved.toString());
    }

    @Test
    void savingOfAnUnknownModel_isNull() {
        store(prompt(Chats.QUESTION).put("model", "house-model-7b").put("completion", "x"));
        store(prompt(Chats.QUESTION).put("completion", "x"));

        assertTrue(lookup(prompt(Chats.QUESTION).put("model", "house-model-7b"))
                .at("/saved/usd")
                .isNull());
        assertTrue(lookup(prompt(Chats.QUESTION)).at("/saved/usd").isNull());
    }

    @Test
    void missOfAnEmptyCache_hasTheContractsShape() {
        JsonNode miss = lookup(prompt(Chats.QUESTION));

        assertEquals("{\"outcome\":\"miss\",\"reason\":\"no_candidate\",\"similarity\":null}", miss.toString());
    }

    @Test
    void missBelowTheFloor_saysHowNear() {
        store(prompt(Chats.QUESTION).put("completion", "x"));

        JsonNode miss = lookup(prompt(Chats.OTHER_QUESTION));

        assertEquals("floor", miss.path("reason").asText());
        assertTrue(miss.path("similarity").isNumber());
    }

    @Test
    void missBetweenFloorAndCutoff_isTheVerifiers() {
        store(prompt(Chats.QUESTION).put("completion", "x"));

        JsonNode miss = lookup(prompt("How do I change my password?"));

        assertEquals("verifier", miss.path("reason").asText(), miss.toString());
    }

    @Test
    void explanation_listsCandidatesCutoffAndFloor() {
        String id =
                store(prompt(Chats.QUESTION).put("completion", "x")).path("id").asText();

        for (String question : new String[] {Chats.PARAPHRASE, Chats.OTHER_QUESTION}) {
            JsonNode found = lookup(prompt(question).put("explain", true));
            JsonNode decision = found.path("decision");
            double cutoff = decision.path("cutoff").asDouble();
            assertTrue(cutoff >= 0.5 && cutoff <= 1, decision.toString());
            assertEquals(0.30, decision.path("floor").asDouble());
            JsonNode candidate = decision.at("/candidates/0");
            assertEquals(id, candidate.path("id").asText());
            assertTrue(candidate.path("similarity").isNumber());
            assertTrue(candidate.path("vetoes").isArray());
            assertTrue(candidate.path("differs").isArray());
            // What is below the floor is not read.
            boolean isAbove = candidate.path("similarity").asDouble() >= 0.30;
            assertEquals(isAbove, candidate.path("probability").isNumber(), decision.toString());
            boolean isServed = isAbove && candidate.path("probability").asDouble() >= cutoff;
            assertEquals(isServed ? "hit" : "miss", found.path("outcome").asText(), found.toString());
        }
    }

    @Test
    void staticCutoff_isTheOneExplained() {
        Answer stored = byCosine.caller()
                .post("/v1/cache/entries", prompt(Chats.QUESTION).put("completion", "x"));
        assertEquals(201, stored.status());

        JsonNode decision = byCosine.caller()
                .post("/v1/cache/lookup", prompt(Chats.PARAPHRASE).put("explain", true))
                .json()
                .path("decision");

        assertEquals(0.95, decision.path("cutoff").asDouble(), decision.toString());
        assertTrue(decision.at("/candidates/0/probability").isNumber(), decision.toString());
    }

    @Test
    void explanation_isGivenOnRequestAlone() {
        store(prompt(Chats.QUESTION).put("completion", "x"));

        assertFalse(lookup(prompt(Chats.PARAPHRASE)).has("decision"));
        assertFalse(lookup(prompt(Chats.PARAPHRASE).put("explain", false)).has("decision"));
    }

    @Test
    void lookupId_isInTheHeaderToo() {
        store(prompt(Chats.QUESTION).put("completion", "x"));

        Answer hit = stage.caller().post(LOOKUP, prompt(Chats.QUESTION));
        Answer miss = stage.caller().post(LOOKUP, prompt(Chats.OTHER_QUESTION));

        assertEquals(hit.json().path("lookup_id").asText(), hit.header("x-reprise-lookup"));
        assertTrue(miss.header("x-reprise-lookup").startsWith("lk-"));
    }

    @Test
    void namespaceModelAndContext_mustBeEqual() {
        store(prompt(Chats.QUESTION)
                .put("namespace", "a")
                .put("model", "m")
                .put("context", "c")
                .put("completion", "x"));

        ObjectNode same =
                prompt(Chats.PARAPHRASE).put("namespace", "a").put("model", "m").put("context", "c");
        assertEquals("hit", lookup(same).path("outcome").asText());
        for (ObjectNode other : new ObjectNode[] {
            same.deepCopy().put("namespace", "b"),
            same.deepCopy().put("model", "n"),
            same.deepCopy().put("context", "d"),
            same.deepCopy().without("namespace"),
            same.deepCopy().without("model"),
            same.deepCopy().without("context"),
            same.deepCopy().put("context", "")
        }) {
            assertEquals("no_candidate", lookup(other).path("reason").asText(), other.toString());
        }
    }

    @Test
    void exactMode_findsEqualTextsAlone() {
        store(prompt(Chats.QUESTION).put("completion", "x"));

        assertEquals(
                "exact",
                lookup(prompt(" " + Chats.QUESTION + "\n").put("mode", "exact"))
                        .path("kind")
                        .asText());
        assertEquals(
                "miss",
                lookup(prompt(Chats.PARAPHRASE).put("mode", "exact"))
                        .path("outcome")
                        .asText());
    }

    @Test
    void shadowMode_answersNothing() {
        store(prompt(Chats.QUESTION).put("completion", "x"));

        JsonNode shadow = lookup(prompt(Chats.QUESTION).put("mode", "shadow").put("explain", true));

        assertEquals("miss", shadow.path("outcome").asText());
        assertEquals(1.0, shadow.path("similarity").asDouble());
        assertFalse(shadow.has("entry"));
    }

    @Test
    void strictWrongRate_refusesSemanticHitsAlone() {
        store(prompt(Chats.QUESTION).put("completion", "x"));

        assertEquals(
                "bound",
                lookup(prompt(Chats.PARAPHRASE).put("max_wrong_rate", 0))
                        .path("reason")
                        .asText());
        assertEquals(
                "hit",
                lookup(prompt(Chats.QUESTION).put("max_wrong_rate", 0))
                        .path("outcome")
                        .asText());
        assertEquals(
                "hit",
                lookup(prompt(Chats.PARAPHRASE).put("max_wrong_rate", 1))
                        .path("outcome")
                        .asText());
    }

    @Test
    void promptMessagesAndRequest_areOneWhereTheyMeanTheSame() {
        store(prompt(Chats.QUESTION).put("model", Chats.MODEL).put("completion", "x"));

        ObjectNode messages = Chats.asking(Chats.QUESTION);
        ObjectNode request = Chats.object();
        request.set("request", Chats.asking(Chats.QUESTION));
        assertEquals("exact", lookup(messages).path("kind").asText());
        assertEquals("exact", lookup(request).path("kind").asText());
    }

    @Test
    void requestWithParameters_isAScopeOfItsOwn() {
        ObjectNode stored = Chats.object().put("completion", "x");
        stored.set("request", Chats.asking(Chats.QUESTION).put("temperature", 0.2));
        store(stored);

        ObjectNode same = Chats.object();
        same.set("request", Chats.asking(Chats.PARAPHRASE).put("temperature", 0.2));
        ObjectNode other = Chats.object();
        other.set("request", Chats.asking(Chats.PARAPHRASE).put("temperature", 0.3));
        assertEquals("semantic", lookup(same).path("kind").asText());
        assertEquals("no_candidate", lookup(other).path("reason").asText());
        assertEquals(
                "no_candidate",
                lookup(Chats.asking(Chats.PARAPHRASE)).path("reason").asText());
    }

    @Test
    void anthropicRequest_findsAnAnthropicMessage() {
        ObjectNode request = Chats.asking(Chats.QUESTION)
                .put("model", "claude-sonnet-4-5")
                .put("max_tokens", 100)
                .put("system", "Be terse.");
        ObjectNode stored = Chats.object();
        stored.set("request", request);
        stored.set("completion", message("By e-mail."));
        store(stored);

        ObjectNode asked = Chats.object();
        asked.set("request", request);
        JsonNode hit = lookup(asked);

        assertEquals("exact", hit.path("kind").asText());
        assertEquals(message("By e-mail."), hit.at("/entry/completion"));
    }

    @Test
    void severalChoicesAsked_areUncacheable() {
        ObjectNode two = Chats.object();
        two.set("request", Chats.asking(Chats.QUESTION).put("n", 2));

        assertEquals("uncacheable:n", lookup(two).path("reason").asText());
    }

    @Test
    void textLongerThanTheModelSees_isComparedExactly() {
        String words = "word ".repeat(400);
        store(prompt(words + "one").put("completion", "x"));

        assertEquals(
                "uncacheable:too-long",
                lookup(prompt(words + "two")).path("reason").asText());
        assertEquals("exact", lookup(prompt(words + "one")).path("kind").asText());
    }

    @Test
    void equalTextsInOtherUnicodeForm_areEqual() {
        store(prompt("Où est le café ?").put("completion", "x"));

        assertEquals(
                "exact",
                lookup(prompt("Ou\u0300 est le cafe\u0301 ?")).path("kind").asText());
    }

    static ObjectNode message(String text) {
        ObjectNode message = Chats.object()
                .put("id", "msg_1")
                .put("type", "message")
                .put("role", "assistant")
                .put("model", "claude-sonnet-4-5-20250929");
        message.putArray("content").addObject().put("type", "text").put("text", text);
        message.put("stop_reason", "end_turn").putNull("stop_sequence");
        message.putObject("usage").put("input_tokens", 9).put("output_tokens", 4);
        return message;
    }

    private static ObjectNode prompt(String text) {
        return Chats.object().put("prompt", text);
    }

    private static JsonNode store(ObjectNode entry) {
        Answer stored = stage.caller().post("/v1/cache/entries", entry);
        assertEquals(201, stored.status(), stored.toString());
        return stored.json();
    }

    private static JsonNode lookup(ObjectNode asked) {
        Answer found = stage.caller().post(LOOKUP, asked);
        assertEquals(200, found.status(), found.toString());
        return found.json();
    }
}
