package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Exchange.Ending;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults, as a client meets them. */
@Timeout(30)
class FaultTest extends OverTheWire {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String QUESTION = ChatRequests.asking("a").toString();
    private static final String STREAM = ChatRequests.streaming("a").toString();

    @Test
    void resetBeforeHead_sendsNoByteAndResets() throws IOException {
        upstream.answer(Reply.text("Hi").resetting(Fault.BEFORE_HEAD));

        SocketClient.Received received = SocketClient.exchange(upstream.port(), QUESTION);

        assertEquals("", received.text());
        assertTrue(received.reset());
        upstream.log().await("a cut reply", SOON, counts -> counts.cut() == 1);
    }

    @Test
    void closeBeforeHead_endsTheConnectionInOrder() throws IOException {
        upstream.answer(Reply.text("Hi").breakingOff(Fault.BEFORE_HEAD));

        assertEquals(new SocketClient.Received("", false), SocketClient.exchange(upstream.port(), QUESTION));
    }

    @Test
    void closeWithinJson_sendsHalfOfTheAnnouncedBody() throws IOException {
        upstream.answer(Reply.text("Hi").breakingOff(1));

        SocketClient.Received received = SocketClient.exchange(upstream.port(), QUESTION);

        int announced = Integer.parseInt(received.header("content-length"));
        assertEquals((announced + 1) / 2, received.body().length());
        assertFalse(received.reset());
    }

    @Test
    void closeWithinStream_sendsTheEventsBeforeAndNoLastChunk() throws IOException {
        upstream.answer(Reply.text("Hi there").breakingOff(2));

        SocketClient.Received received = SocketClient.exchange(upstream.port(), STREAM);

        assertTrue(received.body().contains("\"content\":\"Hi\""));
        assertFalse(received.body().contains(" there"));
        assertFalse(received.body().endsWith("0\r\n\r\n"));
    }

    @Test
    void resetWithinStream_failsTheReadingClient() throws IOException {
        upstream.answer(Reply.text("Hi there").resetting(2));

        try (InputStream body = client.open(ChatRequests.PATH, STREAM).body()) {
            assertThrows(IOException.class, body::readAllBytes);
        }
    }

    @Test
    void stallBeforeHead_endsWhenTheGateOpens() throws IOException {
        Gate gate = new Gate();
        upstream.answer(Reply.text("Hi").stalling(Fault.BEFORE_HEAD, gate));
        Thread.ofVirtual().start(() -> {
            gate.awaitArrival(SOON);
            gate.open();
        });

        assertEquals(200, client.post(ChatRequests.PATH, QUESTION).statusCode());
    }

    @Test
    void stallWithinStream_hasSentWhatIsBeforeIt() throws IOException {
        Gate gate = new Gate();
        upstream.answer(Reply.text("Hi there").stalling(2, gate));

        try (BufferedReader body = reader(client.open(ChatRequests.PATH, STREAM))) {
            gate.awaitArrival(SOON);
            assertTrue(body.readLine().contains("\"role\""));
            body.readLine();
            assertTrue(body.readLine().contains("Hi"));
            gate.open();
            assertTrue(body.lines().toList().contains("data: [DONE]"));
        }
    }

    @Test
    void stallThenReset_resetsWhenTheGateOpens() throws IOException {
        Gate gate = new Gate();
        upstream.answer(Reply.text("Hi there").stalling(1, gate).resetting(1));

        try (BufferedReader body = reader(client.open(ChatRequests.PATH, STREAM))) {
            assertTrue(body.readLine().contains("\"role\""));
            body.readLine();
            gate.open();
            assertThrows(IOException.class, body::readLine);
        }
    }

    @Test
    void clientThatGoesAwayFromAStall_isNoticed() throws IOException {
        upstream.answer(Reply.text("Hi there").stalling(1, new Gate()));

        client.open(ChatRequests.PATH, STREAM).body().close();

        upstream.log().awaitClientsGone(1, SOON);
        assertEquals(Ending.CLIENT_GONE, upstream.log().exchanges().getFirst().ending());
    }

    @Test
    void clientThatStopsReadingADownload_holdsItBackUntilItGoes() throws IOException {
        HttpResponse<InputStream> response = client.send(
                client.request("/v1/download/1000000000").build(), HttpResponse.BodyHandlers.ofInputStream());

        assertEquals(1, upstream.log().counts().inFlight());
        response.body().close();

        upstream.log().awaitClientsGone(1, SOON);
    }

    @Test
    void closedPort_refuses() {
        try (ClosedPort closed = ClosedPort.reserve();
                WireClient refused = new WireClient(closed.url())) {
            assertThrows(ConnectException.class, () -> refused.get("/v1/models"));
        }
    }

    private static BufferedReader reader(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }
}
