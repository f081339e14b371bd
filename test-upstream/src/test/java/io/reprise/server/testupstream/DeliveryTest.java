package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pauses, compression and framing, as a client meets them. */
@Timeout(30)
class DeliveryTest extends OverTheWire {

    private static final String QUESTION = ChatRequests.asking("a").toString();
    private static final String STREAM = ChatRequests.streaming("a").toString();

    @Test
    void fixedLatency_isKept() throws IOException {
        upstream.answer(Reply.text("Hi").timed(Timing.latency(Duration.ofMillis(50))));

        long startNanos = System.nanoTime();
        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, QUESTION);

        assertTrue(System.nanoTime() - startNanos >= Duration.ofMillis(49).toNanos());
        assertTrue(Integer.parseInt(
                        response.headers().firstValue("openai-processing-ms").orElseThrow())
                >= 49);
    }

    @Test
    void tokenDelays_sumUp() throws IOException {
        Timing timing = Timing.immediate()
                .withBeforeFirstToken(Latency.fixed(Duration.ofMillis(20)))
                .withBetweenTokens(Latency.fixed(Duration.ofMillis(10)));
        upstream.answer(Reply.text("Hi there").timed(timing));

        long startNanos = System.nanoTime();
        client.post(ChatRequests.PATH, STREAM);

        assertTrue(System.nanoTime() - startNanos
                >= Duration.ofMillis(20 + 4 * 10 - 5).toNanos());
    }

    @Test
    void gzippedJson_isCompressedForClientsThatAcceptIt() throws IOException {
        upstream.answer(Reply.text("Hi").gzipped());

        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, QUESTION, "accept-encoding", "gzip");

        assertEquals(Optional.of("gzip"), response.headers().firstValue("content-encoding"));
        assertTrue(Json.parse(gunzip(response.body())).isPresent());
    }

    @Test
    void gzippedStream_isCompressedForClientsThatAcceptIt() throws IOException {
        upstream.answer(Reply.text("Hi").gzipped());

        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, STREAM, "accept-encoding", "br, gzip");

        assertTrue(ChatRequests.text(gunzip(response.body())).endsWith("data: [DONE]\n\n"));
    }

    @Test
    void gzippedStream_canBeReadEventByEvent() throws IOException {
        Gate gate = new Gate();
        upstream.answer(Reply.text("Hi").gzipped().stalling(1, gate));
        var request = client.request(ChatRequests.PATH, "accept-encoding", "gzip")
                .POST(BodyPublishers.ofString(STREAM))
                .build();

        try (InputStream events = new GZIPInputStream(
                client.send(request, HttpResponse.BodyHandlers.ofInputStream()).body())) {
            byte[] bytes = new byte[8192];
            String event = new String(bytes, 0, events.read(bytes), StandardCharsets.UTF_8);
            assertTrue(event.contains("\"role\""), event);
            gate.open();
        }
    }

    @Test
    void gzip_isNotForcedOnOtherClients() throws IOException {
        upstream.answer(Reply.text("Hi").gzipped());

        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, QUESTION);

        assertTrue(response.headers().firstValue("content-encoding").isEmpty());
        assertTrue(Json.parse(response.body()).isPresent());
    }

    @Test
    void fragments_joinToTheSameStream() throws IOException {
        upstream.answer(Reply.text("Grüße, 世界 🌍"));
        String whole = ChatRequests.text(client.post(ChatRequests.PATH, STREAM).body());
        upstream.answer(Reply.text("Grüße, 世界 🌍").fragmented(7));
        String joined = ChatRequests.text(client.post(ChatRequests.PATH, STREAM).body());

        assertEquals(withoutId(whole), withoutId(joined));
    }

    @Test
    void plainJson_hasALength() throws IOException {
        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, QUESTION);

        assertEquals(
                response.body().length,
                response.headers().firstValueAsLong("content-length").orElseThrow());
    }

    @Test
    void chunkedJson_hasNoLength() throws IOException {
        upstream.answer(Reply.text("Hi").chunked());

        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, QUESTION);

        assertTrue(response.headers().firstValue("content-length").isEmpty());
        assertTrue(Json.parse(response.body()).isPresent());
    }

    @Test
    void closingReply_saysSoAndEndsTheConnection() throws IOException {
        upstream.answer(Reply.text("Hi").closing());

        SocketClient.Received received = SocketClient.exchange(upstream.port(), QUESTION);

        assertEquals("close", received.header("connection"));
        assertEquals(
                Integer.parseInt(received.header("content-length")),
                received.body().length());
    }

    @Test
    void keptAliveConnection_servesSeveralRequests() throws IOException {
        try (Socket socket = SocketClient.connect(upstream.port())) {
            for (int i = 0; i < 3; i++) {
                SocketClient.write(socket, QUESTION);
                assertEquals("HTTP/1.1 200 OK", SocketClient.readStatus(socket.getInputStream()));
            }
        }
    }

    @Test
    void replacedHeader_isSentInPlaceOfTheProviders() throws IOException {
        upstream.answer(Reply.text("Hi").withHeader("Set-Cookie", "a=1").withHeader("Set-Cookie", "b=2"));

        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, QUESTION);

        assertEquals(List.of("a=1", "b=2"), response.headers().allValues("set-cookie"));
    }

    @Test
    void rawBody_isSentAsItIs() throws IOException {
        upstream.answer(Reply.of(RawBody.truncatedJson()));

        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, QUESTION);

        assertArrayEquals(RawBody.truncatedJson().bytes(), response.body());
        assertTrue(Json.parse(response.body()).isEmpty());
    }

    private static byte[] gunzip(byte[] bytes) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }

    private static String withoutId(String stream) {
        return stream.replaceAll("chatcmpl-\\w+|\"created\":\\d+", "");
    }
}
