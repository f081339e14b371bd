package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.OutputItem;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.ResponseAnswer;
import io.reprise.server.testupstream.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Responses that upstream does not keep are cached; the others, and all that goes on from them, pass. */
class ResponsesDropInTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final String PATH = "/v1/responses";

    @Test
    void missThenHits_byTextAndByMeaning() {
        Answer miss = ask(asking(Chats.QUESTION));
        Answer exact = ask(asking(Chats.QUESTION));
        Answer semantic = ask(asking(Chats.PARAPHRASE));

        assertEquals("miss", miss.header("x-reprise-outcome"));
        assertEquals("exact", exact.header("x-reprise-outcome"));
        assertEquals("semantic", semantic.header("x-reprise-outcome"));
        assertArrayEquals(miss.body(), exact.body());
        assertArrayEquals(miss.body(), semantic.body());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void messageOfOnePart_isTheSameQuestionAsAString() {
        ask(asking(Chats.QUESTION));
        ObjectNode parts = asking(Chats.QUESTION);
        parts.putArray("input")
                .addObject()
                .put("role", "user")
                .putArray("content")
                .addObject()
                .put("type", "input_text")
                .put("text", Chats.QUESTION);

        assertEquals("exact", ask(parts).header("x-reprise-outcome"));
    }

    @Test
    void responseOfAStream_isReplayedWholeAndStreamed() {
        Answer streamed = ask(asking(Chats.QUESTION).put("stream", true));
        Answer whole = ask(asking(Chats.QUESTION));
        Answer again = ask(asking(Chats.PARAPHRASE).put("stream", true));

        assertEquals("exact", whole.header("x-reprise-outcome"));
        assertEquals("semantic", again.header("x-reprise-outcome"));
        assertTrue(again.header("content-type").startsWith("text/event-stream"), again.toString());
        assertTrue(again.text().startsWith("event: response.created\n"), again.text());
        assertEquals(last(streamed).path("response"), whole.json());
        assertEquals(last(streamed).path("response"), last(again).path("response"));
        assertEquals(1, stage.upstreamCalls());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"store\":true} | store",
                "{\"store\":null} | store",
                "{\"previous_response_id\":\"resp_1\"} | previous-response",
                "{\"conversation\":{\"id\":\"conv_1\"}} | conversation",
                "{\"background\":true} | background",
                "{\"prompt\":{\"id\":\"pmpt_1\"}} | prompt-template",
                "{\"tools\":[{\"type\":\"mcp\",\"server_label\":\"l\",\"server_url\":\"https://example.org\"}]} | hosted-tools"
            })
    void whatIsKeptElsewhereOrActs_passesWithTheReason(String fields, String why) {
        ObjectNode body = asking(Chats.QUESTION);
        body.setAll((ObjectNode) Answer.parse(fields.getBytes(StandardCharsets.UTF_8)));

        for (int i = 0; i < 2; i++) {
            Answer answer = ask(body);
            assertEquals(200, answer.status());
            assertEquals("bypass", answer.header("x-reprise-outcome"));
            assertTrue(answer.header("cache-status").contains("detail=\"" + why + "\""), answer.toString());
        }
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void functionCalls_answerTheSameQuestionAlone() {
        stage.upstream()
                .answer(Reply.of(
                        ResponseAnswer.of(new OutputItem.FunctionCall(new ToolCall("call_1", "f", "{\"a\":1}")))));
        ask(asking(Chats.QUESTION));

        assertEquals("exact", ask(asking(Chats.QUESTION)).header("x-reprise-outcome"));
        assertEquals("miss", ask(asking(Chats.PARAPHRASE)).header("x-reprise-outcome"));
    }

    @Test
    void encryptedReasoning_isReplayed() {
        stage.upstream()
                .answer(Reply.of(ResponseAnswer.of(
                        new OutputItem.Reasoning(List.of("Hm."), "c2VjcmV0"), new OutputItem.Message("42", false))));
        Answer miss = ask(asking(Chats.QUESTION));
        Answer hit = ask(asking(Chats.QUESTION).put("stream", true));

        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertEquals(
                "c2VjcmV0", last(hit).at("/response/output/0/encrypted_content").asText());
        assertEquals(miss.json(), last(hit).path("response"));
    }

    @Test
    void itemWhoseEventsAreNotKnown_isReplayedWholeAndAskedForAsAStream() {
        ObjectNode unknown = Chats.object().put("id", "x_1").put("type", "an_item_of_tomorrow");
        stage.upstream()
                .answer(Reply.of(
                        ResponseAnswer.of(new OutputItem.Whole(unknown), new OutputItem.Message("42", false))));
        ask(asking(Chats.QUESTION));

        assertEquals("exact", ask(asking(Chats.QUESTION)).header("x-reprise-outcome"));
        Answer streamed = ask(asking(Chats.QUESTION).put("stream", true));
        assertEquals("miss", streamed.header("x-reprise-outcome"));
        assertEquals(200, streamed.status());
    }

    @Test
    void incompleteResponse_isNotStored() {
        stage.upstream()
                .answer(Reply.of(
                        ResponseAnswer.of(new OutputItem.Message("cut", false)).incomplete("max_output_tokens")));
        for (boolean stream : new boolean[] {false, true, false}) {
            assertEquals(
                    "miss", ask(asking(Chats.QUESTION).put("stream", stream)).header("x-reprise-outcome"));
        }
    }

    /** A response repeats its request's metadata, which must not be another caller's. */
    @Test
    void metadataOfAHit_isThisCallers() {
        ObjectNode first = asking(Chats.QUESTION);
        first.putObject("metadata").put("trace", "1");
        ask(first);
        ObjectNode second = asking(Chats.QUESTION);
        second.putObject("metadata").put("trace", "2");

        Answer hit = ask(second);

        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertEquals("2", hit.json().at("/metadata/trace").asText());
    }

    @Test
    void error_isUpstreamsOwn() {
        Answer direct = stage.directCaller().post(PATH, Chats.object().put("model", "m"));
        Answer through = ask(Chats.object().put("model", "m"));
        assertEquals(direct.status(), through.status());
        assertEquals(direct.json(), through.json());
    }

    @Test
    void nothingCached_isAnErrorOfThisWire() {
        Answer answer = stage.caller().post(PATH, asking(Chats.QUESTION), "cache-control", "only-if-cached");
        assertEquals(504, answer.status());
        assertEquals("not_cached", answer.json().at("/error/type").asText());
    }

    private static Answer ask(ObjectNode body) {
        return stage.caller().post(PATH, body);
    }

    private static JsonNode last(Answer stream) {
        String data = stream.text().substring(stream.text().lastIndexOf("data: ") + "data: ".length());
        return Answer.parse(data.getBytes(StandardCharsets.UTF_8));
    }

    static ObjectNode asking(String question) {
        return Chats.object().put("model", "gpt-4.1").put("store", false).put("input", question);
    }
}
