package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Exchange.Ending;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestLogTest extends OverTheWire {

    private static final Duration SOON = Duration.ofSeconds(10);

    @Override
    UpstreamOptions options() {
        return UpstreamOptions.defaults().withRetainedBodyBytes(1000).withKeptRequests(2);
    }

    @Test
    void request_isKeptAsItCame() throws IOException {
        client.post("/v1/x?y=1", "{\"a\":1}", "x-tag", "t");

        ReceivedRequest request = upstream.log().awaitRequests(1, SOON).getFirst();

        assertEquals("POST", request.method());
        assertEquals("/v1/x?y=1", request.uri());
        assertEquals("/v1/x", request.path());
        assertEquals("t", request.header("X-Tag").orElseThrow());
        assertEquals("{\"a\":1}", ChatRequests.text(request.body()));
        assertTrue(request.complete());
    }

    @Test
    void bodyOverTheBound_isCountedAndDigestedInWhole() throws IOException {
        String body = "x".repeat(100_000);

        client.post("/v1/x", body);

        ReceivedRequest request = upstream.log().requests().getFirst();
        assertEquals(1000, request.body().length);
        assertEquals(100_000, request.bodyBytes());
        assertEquals(Sha256.hex(Sha256.of(body)), request.bodySha256());
        assertTrue(request.json().isEmpty());
    }

    @Test
    void chatBodyOverTheBound_isAnsweredAccordingToItsDigest() throws IOException {
        String one = ChatRequests.asking("x".repeat(2000) + "1").toString();
        String two = ChatRequests.asking("x".repeat(2000) + "2").toString();

        assertFalse(answerTo(one).equals(answerTo(two)));
    }

    @Test
    void moreRequestsThanAreKept_leaveTheLatest() throws IOException {
        for (int i = 1; i <= 3; i++) {
            client.get("/v1/" + i);
        }

        assertEquals(
                List.of("/v1/2", "/v1/3"),
                upstream.log().requests().stream().map(ReceivedRequest::uri).toList());
        assertEquals(3, upstream.log().counts().received());
    }

    @Test
    void completeReply_isLoggedAsComplete() throws IOException {
        client.get("/v1/models");

        upstream.log().awaitCompleted(1, SOON);
        assertEquals(Ending.COMPLETE, upstream.log().exchanges().getFirst().ending());
    }

    @Test
    void concurrentRequests_areCountedInFlight() {
        Gate gate = new Gate();
        upstream.answer(Reply.text("Hi").stalling(Fault.BEFORE_HEAD, gate));
        for (int i = 0; i < 3; i++) {
            Thread.ofVirtual().start(this::get);
        }

        gate.awaitArrivals(3, SOON);
        assertEquals(3, upstream.log().counts().inFlight());
        gate.open();
        upstream.log().awaitIdle(SOON);
        assertEquals(3, upstream.log().counts().maxInFlight());
    }

    @Test
    void clientThatGoesAwayWithinItsBody_isLoggedAsGone() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), upstream.port())) {
            socket.getOutputStream()
                    .write("POST /v1/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\npart"
                            .getBytes(StandardCharsets.US_ASCII));
            upstream.log().awaitInFlight(1, SOON);
        }

        upstream.log().awaitClientsGone(1, SOON);
        assertFalse(upstream.log().requests().getFirst().complete());
        assertEquals(0, upstream.log().counts().received());
    }

    @Test
    void waitThatIsOver_saysWhatWasFound() throws IOException {
        client.get("/v1/models");

        AssertionError error =
                assertThrows(AssertionError.class, () -> upstream.log().awaitRequests(2, Duration.ofMillis(1)));

        assertTrue(error.toString().contains("2 requests, found"), error.toString());
        assertTrue(error.toString().contains("GET /v1/models"), error.toString());
    }

    @Test
    void clear_forgetsCountsButNotWhatIsInFlight() throws IOException {
        Gate gate = new Gate();
        client.get("/v1/models");
        upstream.answer(Reply.text("Hi").stalling(Fault.BEFORE_HEAD, gate));
        Thread.ofVirtual().start(this::get);
        gate.awaitArrival(SOON);

        upstream.log().clear();

        assertEquals(new RequestLog.Counts(0, 0, 0, 0, 1, 1), upstream.log().counts());
        gate.open();
        upstream.log().awaitIdle(SOON);
        assertEquals(0, upstream.log().counts().completed());
    }

    @Test
    void hugeUpload_isDigestedInConstantMemory() throws IOException {
        byte[] block = new byte[1 << 20];
        var body = BodyPublishers.ofByteArrays(Collections.nCopies(100, block));

        var response = client.send(client.request("/v1/files").POST(body).build(), BodyHandlers.ofByteArray());

        assertEquals(
                100L << 20,
                Json.parse(response.body()).orElseThrow().path("body_bytes").asLong());
    }

    private String answerTo(String body) throws IOException {
        return Json.parse(client.post(ChatRequests.PATH, body).body())
                .orElseThrow()
                .at("/choices/0/message/content")
                .asText();
    }

    private void get() {
        try {
            client.get("/v1/models");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
