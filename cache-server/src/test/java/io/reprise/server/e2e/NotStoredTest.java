package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.ChatAnswer;
import io.reprise.server.testupstream.Choice;
import io.reprise.server.testupstream.RawBody;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.SdkResult;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no whole, successful answer reaches the caller as it came, and the next call asks upstream again. */
class NotStoredTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    static List<Named<Reply>> incomplete() {
        return List.of(
                Named.of(
                        "cut by length",
                        Reply.of(ChatAnswer.of(Choice.text("cut").finishing("length")))),
                Named.of("filtered", Reply.of(ChatAnswer.of(Choice.text("").finishing("content_filter")))),
                Named.of(
                        "filtered midway",
                        Reply.of(ChatAnswer.of(Choice.text("so").finishing("content_filter")))),
                Named.of("refused", Reply.of(ChatAnswer.of(Choice.refusal("I cannot help with that.")))),
                Named.of("empty", Reply.of(ChatAnswer.text(""))),
                Named.of(
                        "finished for an unknown reason",
                        Reply.of(ChatAnswer.of(Choice.text("x").finishing("insufficient_system_resource")))),
                Named.of("two choices", Reply.of(ChatAnswer.of(Choice.text("one"), Choice.text("two")))),
                Named.of("error", Reply.of(ApiError.serverError())));
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void incompleteWhole_isPassedOnAndForgotten(Reply reply) {
        stage.upstream().answer(reply);
        SdkResult direct =
                stage.directSdk().complete(Chats.params(Chats.QUESTION).build());

        for (int call = 1; call <= 2; call++) {
            SdkResult through =
                    stage.sdk().complete(Chats.params(Chats.QUESTION).build());
            assertEquals(direct.tree(), through.tree());
            assertEquals(1 + call, stage.upstreamCalls());
        }
        assertNothingStored();
    }

    @ParameterizedTest
    @MethodSource("incomplete")
    void incompleteStream_isPassedOnAndForgotten(Reply reply) {
        stage.upstream().answer(reply);
        SdkResult direct = stage.directSdk().stream(Chats.params(Chats.QUESTION).build());

        for (int call = 1; call <= 2; call++) {
            SdkResult through = stage.sdk().stream(Chats.params(Chats.QUESTION).build());
            assertEquals(direct.tree(), through.tree());
            assertEquals(1 + call, stage.upstreamCalls());
        }
        assertNothingStored();
    }

    static List<Named<Reply>> garbage() {
        return List.of(
                Named.of("a page", Reply.of(RawBody.notJson())),
                Named.of("truncated JSON", Reply.of(RawBody.truncatedJson())),
                Named.of("no body", Reply.of(RawBody.json(200, ""))),
                Named.of("an error with status 200", Reply.of(RawBody.json(200, "{\"error\":{\"message\":\"no\"}}"))),
                Named.of("a list", Reply.of(RawBody.json(200, "[]"))),
                Named.of("choices of no kind", Reply.of(RawBody.json(200, "{\"choices\":[7]}"))),
                Named.of("a name twice", Reply.of(RawBody.json(200, doubled()))),
                Named.of(
                        "no UTF-8", Reply.of(new RawBody(200, "application/json", new byte[] {'"', (byte) 0xff, '"'}))),
                Named.of("bytes", Reply.of(new RawBody(200, "application/octet-stream", new byte[] {0, 1, 2}))),
                Named.of("no content type", Reply.of(RawBody.notJson()).withHeader("content-type", "")));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void garbage_isPassedOnByteForByte(Reply reply) {
        stage.upstream().answer(reply);
        Answer direct = stage.directCaller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        for (int call = 1; call <= 2; call++) {
            Answer through = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
            assertEquals(200, through.status());
            assertArrayEquals(direct.body(), through.body());
            assertEquals(1 + call, stage.upstreamCalls());
        }
        assertNothingStored();
    }

    static List<Named<Reply>> brokenStreams() {
        return List.of(
                Named.of("an error event", Reply.of(ChatAnswer.text("Hi").failingAfter(2, ApiError.serverError()))),
                Named.of(
                        "an error event without [DONE]",
                        Reply.of(ChatAnswer.text("Hi")
                                .failingAfter(1, ApiError.overloaded())
                                .withoutDone())),
                Named.of("an event that is no JSON", Reply.of(RawBody.brokenEvents())),
                Named.of("nothing but [DONE]", Reply.of(RawBody.events("data: [DONE]\n\n"))),
                Named.of("no events", Reply.of(RawBody.events(": nothing to say\n\n"))),
                Named.of("empty", Reply.of(RawBody.events(""))),
                Named.of("unended", Reply.of(RawBody.events("data: {\"choices\":[]}\n\ndata: [DO"))),
                Named.of("garbage", Reply.of(RawBody.events("\0\1<html>\n\r\n\r\r\n"))));
    }

    @ParameterizedTest
    @MethodSource("brokenStreams")
    void brokenStream_isPassedOnByteForByte(Reply reply) {
        stage.upstream().answer(reply);
        ObjectNode asking = Chats.streamingWithUsage(Chats.QUESTION);
        Answer direct = stage.directCaller().post(Chats.PATH, asking);

        for (int call = 1; call <= 2; call++) {
            Answer through = stage.caller().post(Chats.PATH, asking);
            assertEquals(withoutIds(direct), withoutIds(through));
            assertEquals(1 + call, stage.upstreamCalls());
        }
        assertNothingStored();
    }

    @ParameterizedTest
    @MethodSource("brokenStreams")
    void brokenStreamWhoseUsageIsHidden_losesNothingElse(Reply reply) {
        stage.upstream().answer(reply);
        ObjectNode asking = Chats.streaming(Chats.QUESTION);
        Answer direct = stage.directCaller().post(Chats.PATH, asking);

        Answer through = stage.caller().post(Chats.PATH, asking);

        assertEquals(withoutIds(direct), withoutIds(through));
        assertNothingStored();
    }

    @Test
    void severalChoicesAskedFor_areNeverCached() {
        ObjectNode two = Chats.asking(Chats.QUESTION).put("n", 2);

        for (int call = 1; call <= 2; call++) {
            Answer answer = stage.caller().post(Chats.PATH, two);
            assertEquals(2, answer.json().path("choices").size());
            assertEquals(call, stage.upstreamCalls());
        }
        assertNothingStored();
    }

    @Test
    void answerInACodingThatIsNotReadHere_staysInIt() {
        byte[] compressed = {0x1b, 0x2a, 0x00, (byte) 0xf8, 0x1d};
        stage.upstream()
                .answer(Reply.of(new RawBody(200, "application/json", compressed))
                        .withHeader("content-encoding", "br"));

        for (int call = 1; call <= 2; call++) {
            Answer answer = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
            assertArrayEquals(compressed, answer.body());
            assertEquals("br", answer.header("content-encoding"));
            assertEquals(call, stage.upstreamCalls());
        }
        assertNothingStored();
    }

    @Test
    void compressionOfABypass_isBetweenCallerAndUpstream() {
        stage.upstream().answer(Reply.text("Hi there").gzipped());

        Answer off = stage.caller()
                .post(Chats.PATH, Chats.asking(Chats.QUESTION), "accept-encoding", "gzip", "x-reprise-mode", "off");

        assertEquals("gzip", off.header("content-encoding"));
    }

    @Test
    void answerOverTheLimit_passesThrough() {
        byte[] large = ("{\"choices\":[{\"message\":{\"content\":\"" + "x".repeat(11_000_000)
                        + "\"},\"finish_reason\":\"stop\"}]}")
                .getBytes(StandardCharsets.UTF_8);
        stage.upstream().answer(Reply.of(new RawBody(200, "application/json", large)));

        Answer answer = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertArrayEquals(large, answer.body());
        assertNothingStored();
    }

    @Test
    void streamOverTheLimit_passesThrough() {
        String event = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "x".repeat(1_000_000) + "\"}}],"
                + "\"usage\":null}\n\n";
        stage.upstream().answer(Reply.of(RawBody.events(event.repeat(12) + "data: [DONE]\n\n")));

        Answer answer = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals(12, answer.text().split("\"delta\"", -1).length - 1);
        assertFalse(answer.text().length() < 12_000_000);
        assertNothingStored();
    }

    private static void assertNothingStored() {
        assertEquals(
                0,
                stage.caller().get("/v1/cache/entries").json().path("entries").size());
    }

    private static String withoutIds(Answer answer) {
        return answer.text()
                .replaceAll("\"id\":\"[^\"]*\"", "\"id\":\"\"")
                .replaceAll("\"created\":\\d+", "\"created\":0");
    }

    private static String doubled() {
        return "{\"choices\":[{\"message\":{\"content\":\"a\",\"content\":\"b\"},\"finish_reason\":\"stop\"}]}";
    }
}
