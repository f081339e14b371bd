package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.RawBody;
import io.reprise.server.testupstream.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer is, its bytes say and not its label; what is to come as it comes does, and is stored all the same. */
class LabelsAndKeepAliveTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String FIRST = "data:"
            + " {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hi\"}}]}\n\n";
    private static final String LAST =
            "data: {\"id\":\"1\",\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";
    private static final String JSON =
            "{\"id\":\"1\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                    + "\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}";

    @RegisterExtension
    static final Stage stage = Stage.shared();

    private final Gate gate = new Gate();

    @AfterEach
    void open() {
        gate.open();
    }

    private static RawBody body(String type, String bytes) {
        return new RawBody(200, type, bytes.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "text/plain",
                "application/octet-stream",
                "Text/Event-Stream",
                "TEXT/EVENT-STREAM;charset=utf-8",
                "text/event-stream ; charset=utf-8",
                "text/html"
            })
    void eventsUnderAnyLabel_comeAsTheyComeAndAreStored(String type) throws IOException {
        stage.upstream()
                .answer(Reply.of(body(type, FIRST + LAST + DONE))
                        .fragmented(FIRST.length())
                        .stalling(1, gate));
        HttpResponse<InputStream> response = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        try (InputStream read = response.body()) {
            assertEquals(FIRST, new String(read.readNBytes(FIRST.length()), StandardCharsets.UTF_8));
            gate.open();
            assertEquals(LAST + DONE, new String(read.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals("Hi", storedAnswer());
    }

    @Test
    void eventsWithoutALabel_areStored() {
        stage.upstream().answer(Reply.of(body("", ": ping\n\n" + FIRST + LAST + DONE)));

        stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals("Hi", storedAnswer());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/plain"})
    void plainAnswerToACallForEvents_isPassedOnWholeAndStored(String type) {
        stage.upstream().answer(Reply.of(body(type, JSON)));

        Answer answer = stage.caller().post(Chats.PATH, Chats.streaming(Chats.QUESTION));

        assertEquals(JSON, answer.text());
        assertTrue(answer.header("cache-status").contains("; stored"), answer.toString());
        assertEquals("Hi", storedAnswer());
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "\r\n \t", "\ufeff \n"})
    void keepAliveBeforeAPlainAnswer_isPassedOnAsItComesAndNotStored(String white) throws IOException {
        byte[] first = white.getBytes(StandardCharsets.UTF_8);
        stage.upstream()
                .answer(Reply.of(body("application/json", white + JSON))
                        .fragmented(first.length)
                        .stalling(1, gate));
        HttpResponse<InputStream> response = stage.caller().open(Chats.PATH, Chats.asking(Chats.QUESTION));
        try (InputStream read = response.body()) {
            assertArrayEquals(first, read.readNBytes(first.length));
            gate.open();
            assertEquals(JSON, new String(read.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertFalse(response.headers().firstValue("cache-status").orElseThrow().contains("stored"));

        Answer hit = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertEquals(JSON, hit.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "\n\n"})
    void keepAliveBeforeEventsWithoutALabel_isPassedOnAsItComes(String white) throws IOException {
        stage.upstream()
                .answer(Reply.of(body("text/plain", white + FIRST + LAST + DONE))
                        .fragmented(white.length())
                        .stalling(1, gate));
        HttpResponse<InputStream> response = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        try (InputStream read = response.body()) {
            assertEquals(white, new String(read.readNBytes(white.length()), StandardCharsets.UTF_8));
            gate.open();
            assertEquals(FIRST + LAST + DONE, new String(read.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals("Hi", storedAnswer());
    }

    @Test
    void whiteSpaceInTheSamePart_isNoneOfTheStoredAnswerEither() {
        stage.upstream().answer(Reply.of(body("application/json", "\n " + JSON)));

        Answer miss = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals("\n " + JSON, miss.text());
        assertEquals("Hi", storedAnswer());
    }

    @Test
    void followerOfAnAnswerThatIsKeptAlive_isKeptAliveToo() throws IOException {
        stage.upstream()
                .answer(Reply.of(body("application/json", "\n" + JSON))
                        .fragmented(1)
                        .stalling(1, gate));
        HttpResponse<InputStream> leader = stage.caller().open(Chats.PATH, Chats.asking(Chats.QUESTION));
        gate.awaitArrival(SOON);
        HttpResponse<InputStream> follower = stage.caller().open(Chats.PATH, Chats.asking(Chats.QUESTION));
        try (InputStream first = leader.body();
                InputStream second = follower.body()) {
            assertEquals('\n', second.read());
            gate.open();
            assertEquals(JSON, new String(second.readAllBytes(), StandardCharsets.UTF_8));
            assertEquals("\n" + JSON, new String(first.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertEquals(1, stage.upstreamCalls());
    }

    private static String storedAnswer() {
        Answer hit = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        assertEquals("exact", hit.header("x-reprise-outcome"), hit.toString());
        return hit.json().at("/choices/0/message/content").asText();
    }
}
