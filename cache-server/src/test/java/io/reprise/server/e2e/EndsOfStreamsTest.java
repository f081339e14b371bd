package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.ChatAnswer;
import io.reprise.server.testupstream.Choice;
import io.reprise.server.testupstream.RawBody;
import io.reprise.server.testupstream.Reply;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which ends of answers make them whole; of an answer that is not stored its head, the meters and the log say so, and why. */
class EndsOfStreamsTest {
    @RegisterExtension
    static final Stage stage = Stage.with();

    private static final String FIRST = "data:"
            + " {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hi\"}}]}\n\n";

    private static String reason(String reason) {
        return "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" + reason + "}]}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n\n",
                "\n",
                "",
                "\r\n",
                "\n\ndata: [DONE]\n\n",
                "\n\ndata: [DONE]\n",
                "\n\ndata: [DONE]",
                "\n\ndata:[DONE]\r\n",
                "\n\n: bye\n"
            })
    void streamThatEndsAfterItsReason_isStored(String end) {
        stage.upstream()
                .answer(Reply.of(RawBody.events(FIRST + reason("\"stop\"") + end))
                        .chunked());

        stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals("exact", again().header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"eos", "eos_token", ""})
    void reasonsOfOtherServers_areReasonsToStore(String reason) {
        stage.upstream().answer(Reply.of(ChatAnswer.of(Choice.text("Hi").finishing(reason))));

        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        stage.caller().post(Chats.PATH, Chats.streaming(Chats.OTHER_QUESTION));

        assertEquals("exact", again().header("x-reprise-outcome"));
        assertEquals(
                "exact",
                stage.caller()
                        .post(Chats.PATH, Chats.asking(Chats.OTHER_QUESTION))
                        .header("x-reprise-outcome"));
    }

    @Test
    void messageThatEndsAfterItsReason_isStored() {
        ObjectNode asking =
                Chats.asking(Chats.QUESTION).put("model", "claude-sonnet-4-5").put("max_tokens", 100);
        stage.upstream().answer(Reply.of(RawBody.events("""
            data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":1}}}

            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}

            data: {"type":"content_block_stop","index":0}

            data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":2}}

            """)));

        stage.caller().post("/v1/messages", asking.deepCopy().put("stream", true));

        assertEquals("exact", stage.caller().post("/v1/messages", asking).header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @CsvSource({"length, incomplete", "content_filter, filtered"})
    void answerThatIsNotStored_saysWhyInItsHeadAndInTheMeters(String reason, String why) {
        stage.upstream().answer(Reply.of(ChatAnswer.of(Choice.text("Hi").finishing(reason))));

        Answer answer = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals("reprise; fwd=miss; detail=\"no_candidate\"; not-kept=" + why, answer.header("cache-status"));
        assertTrue(notStored(why) >= 1);
    }

    @Test
    void streamThatIsNotStored_saysNothingFalseAndIsCounted() {
        for (String end :
                new String[] {"data: {\"error\":{\"message\":\"overloaded\"}}\n\n", reason("\"length\"") + "\n\n"}) {
            stage.upstream().answer(Reply.of(RawBody.events(FIRST + end + "data: [DONE]\n\n")));
            Answer answer = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));
            assertEquals("reprise; fwd=miss; detail=\"no_candidate\"", answer.header("cache-status"));
        }
        assertTrue(notStored("incomplete") >= 1 && notStored("not-an-answer") + notStored("incomplete") >= 2);
    }

    @Test
    void streamThatBreaksOff_isCounted() {
        stage.upstream().answer(Reply.text("One two three").breakingOff(3));

        assertThrows(
                UncheckedIOException.class, () -> stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION)));

        assertTrue(notStored("broken") >= 1);
    }

    /** It may yet be stored, and may not: its head leaves before that is known. */
    @Test
    void streamThatIsStored_doesNotPromiseIt() {
        Answer answer = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals("reprise; fwd=miss; detail=\"no_candidate\"", answer.header("cache-status"));
        assertEquals("exact", again().header("x-reprise-outcome"));
    }

    @Test
    void callThatWantsNothingStored_isNoneOfThose() {
        stage.upstream().answer(Reply.of(ChatAnswer.of(Choice.text("Hi").finishing("length"))));

        Answer answer = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION), "cache-control", "no-store");

        assertFalse(answer.header("cache-status").contains("not-kept"), answer.toString());
    }

    @Test
    void errorOfUpstream_saysItsStatus() {
        stage.upstream().answer(Reply.of(ApiError.serverError()));

        Answer answer = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals("reprise; fwd=miss; fwd-status=500; detail=\"no_candidate\"", answer.header("cache-status"));
        assertTrue(notStored("error") >= 1);
    }

    private static Answer again() {
        return stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
    }

    private static double notStored(String reason) {
        return stage.caller()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("reprise_not_stored_total{reason=\"" + reason + "\"} "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
