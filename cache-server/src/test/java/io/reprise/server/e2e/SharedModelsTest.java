package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.Block;
import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.MessageAnswer;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.ToolCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Models that the operator gave one name answer each other's calls, whatever wire they come on. */
class SharedModelsTest {
    @RegisterExtension
    static final Stage stage = Stage.with("models.claude-sonnet-4-5.name=house", "models.gpt-4o.name=house");

    /** Where hits by meaning follow each other: their doubts add up, and this class is about the wires. */
    @RegisterExtension
    static final Stage byCosine =
            Stage.with("models.claude-sonnet-4-5.name=house", "models.gpt-4o.name=house", "decision.policy=cosine");

    private static final String CLAUDE = "claude-sonnet-4-5";

    @Test
    void answerOfAStreamedMessagesCall_answersAPlainChatAndAResponse() {
        Answer streamed =
                stage.caller().post("/v1/messages", message(Chats.QUESTION).put("stream", true));
        Answer chat = stage.caller().post(Chats.PATH, chat(Chats.QUESTION));
        Answer response = stage.caller().post("/v1/responses", response(Chats.PARAPHRASE));
        Answer message = stage.caller().post("/v1/messages", message(Chats.QUESTION));

        assertEquals("miss", streamed.header("x-reprise-outcome"));
        assertEquals("exact", chat.header("x-reprise-outcome"), chat.toString());
        assertEquals("semantic", response.header("x-reprise-outcome"), response.toString());
        assertEquals("exact", message.header("x-reprise-outcome"));
        String words = message.json().at("/content/0/text").asText();
        assertEquals(words, chat.json().at("/choices/0/message/content").asText());
        assertEquals(words, response.json().at("/output/0/content/0/text").asText());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void answerOfAChat_answersAStreamedMessagesCall() {
        Answer chat = stage.caller().post(Chats.PATH, chat(Chats.QUESTION));
        Answer streamed =
                stage.caller().post("/v1/messages", message(Chats.PARAPHRASE).put("stream", true));

        assertEquals("semantic", streamed.header("x-reprise-outcome"));
        assertTrue(streamed.text().startsWith("event: message_start\n"), streamed.text());
        assertTrue(
                streamed.text()
                        .contains(chat.json().at("/choices/0/message/content").toString()),
                streamed.text());
    }

    @Test
    void hit_isPricedByTheModelThatWasAskedFor() {
        stage.caller().post(Chats.PATH, chat(Chats.QUESTION));
        Answer message = stage.caller().post("/v1/messages", message(Chats.QUESTION));
        Answer chat = stage.caller().post(Chats.PATH, chat(Chats.QUESTION));

        double claude = Double.parseDouble(message.header("x-reprise-saved-usd"));
        double gpt = Double.parseDouble(chat.header("x-reprise-saved-usd"));
        assertTrue(claude > gpt, claude + " > " + gpt);
        JsonNode rows = stage.caller().get("/v1/savings?group_by=model").json().path("rows");
        assertEquals(
                1,
                rows.valueStream()
                        .filter(row -> row.path("model").asText().equals(CLAUDE))
                        .map(row -> row.path("exact_hits").asInt())
                        .findFirst()
                        .orElseThrow());
    }

    @Test
    void systemPromptAndTools_areComparedAcrossWires() {
        ObjectNode chat = chat(Chats.QUESTION);
        ObjectNode system = Chats.object().put("role", "system").put("content", "be brief");
        ((ArrayNode) chat.path("messages")).insert(0, system);
        chat.set("tools", json("[{'type':'function','function':{'name':'f','parameters':{'type':'object'}}}]"));
        ObjectNode message = message(Chats.QUESTION).put("system", "be brief");
        message.set("tools", json("[{'name':'f','input_schema':{'type':'object'}}]"));
        stage.caller().post(Chats.PATH, chat);

        assertEquals("exact", stage.caller().post("/v1/messages", message).header("x-reprise-outcome"));
        message.put("system", "be long");
        assertEquals("miss", stage.caller().post("/v1/messages", message).header("x-reprise-outcome"));
    }

    @Test
    void toolCall_isToldOnTheOtherWire() {
        ToolCall call = new ToolCall("toolu_1", "f", "{\"a\":1}");
        stage.upstream().answer(Reply.of(MessageAnswer.of(new Block.Text("Let me see."), new Block.ToolUse(call))));
        stage.caller().post("/v1/messages", message(Chats.QUESTION));

        Answer chat = stage.caller().post(Chats.PATH, chat(Chats.QUESTION));

        assertEquals("exact", chat.header("x-reprise-outcome"));
        JsonNode toldCall = chat.json().at("/choices/0/message/tool_calls/0");
        assertEquals("toolu_1", toldCall.path("id").asText());
        assertEquals("{\"a\":1}", toldCall.at("/function/arguments").asText());
        assertEquals("tool_calls", chat.json().at("/choices/0/finish_reason").asText());
    }

    /** Signed thoughts are Anthropic's alone: the chat is answered upstream, and not without them. */
    @Test
    void answerThatOnlyOneWireCanTell_isAskedForOnTheOther() {
        stage.upstream().answer(Reply.of(MessageAnswer.of(new Block.Thinking("Hm.", "c2ln"), new Block.Text("42"))));
        stage.caller().post("/v1/messages", message(Chats.QUESTION));
        stage.upstream().answer(Reply.text("fresh"));

        Answer chat = stage.caller().post(Chats.PATH, chat(Chats.QUESTION));

        assertEquals("miss", chat.header("x-reprise-outcome"));
        assertEquals("fresh", chat.json().at("/choices/0/message/content").asText());
    }

    @Test
    void questionThatOnlyOneWireCanAsk_staysOnIt() {
        stage.caller().post(Chats.PATH, chat(Chats.QUESTION).put("seed", 1));
        assertEquals(
                "miss",
                stage.caller().post("/v1/messages", message(Chats.QUESTION)).header("x-reprise-outcome"));
        assertEquals(
                "exact",
                stage.caller()
                        .post(Chats.PATH, chat(Chats.QUESTION).put("seed", 1))
                        .header("x-reprise-outcome"));
    }

    @Test
    void otherModel_sharesNothing() {
        stage.caller().post(Chats.PATH, chat(Chats.QUESTION));
        Answer other = stage.caller().post(Chats.PATH, chat(Chats.QUESTION).put("model", "gpt-4o-mini"));
        assertEquals("miss", other.header("x-reprise-outcome"));
    }

    @Test
    void nativeLookup_findsWhatAModelOfTheNameHasSaid() {
        ObjectNode asked = Chats.object().put("model", "gpt-4o").put("prompt", Chats.QUESTION);
        ObjectNode entry = asked.deepCopy().put("completion", "By e-mail.");
        assertEquals(201, stage.caller().post("/v1/cache/entries", entry).status());

        Answer found = stage.caller().post("/v1/cache/lookup", asked.put("model", CLAUDE));

        assertEquals("hit", found.json().path("outcome").asText());
        assertEquals("By e-mail.", found.json().at("/entry/completion").asText());
    }

    /** They have one key, but an answer on its way can only go out on its own wire. */
    @Test
    void equalQuestionsAtOnceOnTwoWires_areEachAnsweredOnTheirOwn() throws Exception {
        Gate gate = new Gate();
        stage.upstream().answer(Reply.text("at last").stalling(-1, gate));
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Answer> chat = threads.submit(
                    () -> stage.caller().post(Chats.PATH, chat(Chats.QUESTION).put("stream", true)));
            Future<Answer> message = threads.submit(() ->
                    stage.caller().post("/v1/messages", message(Chats.QUESTION).put("stream", true)));
            stage.upstream().log().awaitInFlight(2, Duration.ofSeconds(10));
            gate.open();

            assertTrue(
                    chat.get().text().endsWith("data: [DONE]\n\n"), chat.get().text());
            assertTrue(
                    message.get().text().startsWith("event: message_start\n"),
                    message.get().text());
        }
    }

    /** The history of a conversation is the same on both wires, so that it may go on on the other. */
    @Test
    void conversationThatGoesOn_isTheSameOnBothWires() {
        ObjectNode chat = chat("hello");
        ((ArrayNode) chat.path("messages")).addObject().put("role", "assistant").put("content", "Hi.");
        ((ArrayNode) chat.path("messages")).addObject().put("role", "user").put("content", Chats.QUESTION);
        stage.caller().post(Chats.PATH, chat);
        ObjectNode message = chat.deepCopy().put("model", CLAUDE);
        ((ObjectNode) message.path("messages").path(2)).put("content", Chats.PARAPHRASE);

        assertEquals("semantic", stage.caller().post("/v1/messages", message).header("x-reprise-outcome"));
    }

    /** Its first turn was a semantic hit on one wire, and what it said is sent back on the other. */
    @Test
    void conversationThatWasAnsweredFromTheCache_goesOnHittingOnTheOtherWire() {
        ObjectNode first = chat(Chats.QUESTION);
        String said = byCosine.caller()
                .post(Chats.PATH, first)
                .json()
                .at("/choices/0/message/content")
                .asText();
        byCosine.caller().post(Chats.PATH, goingOn(first, said, "What is the capital of France?"));

        ObjectNode other = message(Chats.PARAPHRASE);
        assertEquals("semantic", byCosine.caller().post("/v1/messages", other).header("x-reprise-outcome"));
        Answer next = byCosine.caller().post("/v1/messages", goingOn(other, said, "What's the capital of France?"));

        assertEquals("semantic", next.header("x-reprise-outcome"), next.toString());
        assertEquals(2, byCosine.upstreamCalls());
    }

    private static ObjectNode goingOn(ObjectNode from, String said, String question) {
        ObjectNode next = from.deepCopy();
        ArrayNode messages = (ArrayNode) next.path("messages");
        messages.addObject().put("role", "assistant").put("content", said);
        messages.addObject().put("role", "user").put("content", question);
        return next;
    }

    private static ObjectNode chat(String question) {
        return Chats.asking(question).put("model", "gpt-4o").put("max_tokens", 400);
    }

    private static ObjectNode message(String question) {
        return chat(question).put("model", CLAUDE);
    }

    private static ObjectNode response(String question) {
        return ResponsesDropInTest.asking(question).put("model", "gpt-4o").put("max_output_tokens", 400);
    }

    private static JsonNode json(String json) {
        return Answer.parse(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
