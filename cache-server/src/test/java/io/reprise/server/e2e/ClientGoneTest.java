package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A caller that goes away ends the call upstream, which would cost money to nobody's use, and leaves nothing behind. */
class ClientGoneTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage patient = Stage.with("streams.finish_abandoned_ms=60000");

    @RegisterExtension
    static final Stage narrow = Stage.with("upstream.max_connections=1");

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int BEFORE_HEAD = -1;

    private final Gate gate = new Gate();

    @Test
    void callerThatLeavesAStream_endsTheCallUpstream() throws IOException {
        stage.upstream().answer(Reply.text("One two three four five").stalling(3, gate));

        HttpResponse<InputStream> response = stage.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        try (InputStream body = response.body()) {
            assertTrue(body.read() >= 0);
        }

        stage.upstream().log().awaitClientsGone(1, SOON);
        assertForgotten();
    }

    @Test
    void whatACallerLeft_isStillReadAndStored_whereTheOperatorWantsIt() throws IOException {
        patient.upstream().answer(Reply.text("One two three four five").stalling(3, gate));

        HttpResponse<InputStream> response = patient.caller().open(Chats.PATH, Chats.streaming(Chats.QUESTION));
        try (InputStream body = response.body()) {
            assertTrue(body.read() >= 0);
        }
        gate.open();

        patient.upstream().log().awaitCompleted(1, SOON);
        patient.upstream().answer(Reply.text("Another answer"));
        Answer again = patient.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        assertTrue(again.text().contains("One two three four five"), again::text);
        assertEquals(1, patient.upstreamCalls());
    }

    @Test
    void callerThatLeavesBeforeTheAnswer_endsTheCallUpstream() {
        stage.upstream().answer(Reply.text("ok").stalling(BEFORE_HEAD, gate));

        RawConnection connection = ask(Chats.asking(Chats.QUESTION).toString());
        gate.awaitArrival(SOON);
        connection.close();

        stage.upstream().log().awaitClientsGone(1, SOON);
        assertForgotten();
    }

    @Test
    void callerThatLeavesWithinAWholeAnswer_endsTheCallUpstream() {
        stage.upstream().answer(Reply.text("One two three").stalling(1, gate));

        RawConnection connection = ask(Chats.asking(Chats.QUESTION).toString());
        gate.awaitArrival(SOON);
        connection.close();

        stage.upstream().log().awaitClientsGone(1, SOON);
        assertForgotten();
    }

    @Test
    void callerThatLeavesWithinAnUpload_endsTheCallUpstream() {
        RawConnection connection = upload(stage);
        stage.upstream().log().awaitInFlight(1, SOON);
        connection.close();

        stage.upstream().log().awaitClientsGone(1, SOON);
    }

    @Test
    void callerThatLeavesBeforeThereIsAConnection_takesNone() {
        RawConnection first = upload(narrow);
        narrow.upstream().log().awaitInFlight(1, SOON);
        upload(narrow).close();
        first.close();

        assertEquals(200, narrow.caller().get("/v1/models").status());
        narrow.upstream().log().awaitIdle(SOON);
        assertEquals(1, narrow.upstream().log().counts().clientsGone());
    }

    @Test
    void callerThatLeavesWithinADownload_endsTheCallUpstream() throws IOException {
        HttpResponse<InputStream> response = stage.caller()
                .send(
                        stage.caller().request("GET", "/v1/download/1000000000", BodyPublishers.noBody()),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            assertEquals(1000, body.readNBytes(1000).length);
        }

        stage.upstream().log().awaitClientsGone(1, SOON);
    }

    @Test
    void callerThatLeavesWithinItsRequest_asksNothingOfUpstream() {
        String body = Chats.asking(Chats.QUESTION).toString();
        try (var connection = new RawConnection(stage.server().port())) {
            connection
                    .head(
                            "POST /v1/chat/completions HTTP/1.1",
                            "host: localhost",
                            "authorization: Bearer " + stage.key(),
                            "content-length: " + (body.length() + 1))
                    .body(body);
        }

        assertEquals(
                200,
                stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION)).status());
        assertEquals(1, stage.upstreamCalls());
    }

    /** Sends a part of a file. */
    private static RawConnection upload(Stage there) {
        return new RawConnection(there.server().port())
                .head("POST /v1/files HTTP/1.1", "host: localhost", "content-length: 1000000")
                .body("x".repeat(1000));
    }

    private static RawConnection ask(String body) {
        return new RawConnection(stage.server().port())
                .head(
                        "POST /v1/chat/completions HTTP/1.1",
                        "host: localhost",
                        "authorization: Bearer " + stage.key(),
                        "content-length: " + body.length())
                .body(body);
    }

    private void assertForgotten() {
        gate.open();
        stage.upstream().log().awaitIdle(SOON);
        assertEquals(
                "miss",
                stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION)).header("x-reprise-outcome"));
    }
}
