package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Exchange.Ending;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Faults, pauses, compression and framing, as a client meets them. */
@Timeout(30)
class DeliveryTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String QUESTION = ChatRequests.asking("a").toString();
    private static final String STREAM = ChatRequests.streaming("a").toString();

    private TestUpstream upstream;
    private WireClient client;

    @BeforeEach
    void start() {
        upstream = TestUpstream.start();
        client = new WireClient(upstream.url());
    }

    @AfterEach
    void stop() {
        client.close();
        upstream.close();
    }

    @Test
    void resetBeforeHead_sendsNoByteAndResets() throws IOException {
        upstream.answer(Reply.text("Hi").resetting(Fault.BEFORE_HEAD));

        Received received = exchange(QUESTION);

        assertEquals("", received.text());
        assertTrue(received.reset());
        upstream.log().await("a cut reply", SOON, counts -> counts.cut() == 1);
    }

    @Test
    void closeBeforeHead_endsTheConnectionInOrder() throws IOException {
        upstream.answer(Reply.text("Hi").breakingOff(Fault.BEFORE_HEAD));

        assertEquals(new Received("", false), exchange(QUESTION));
    }

    @Test
    void closeWithinJson_sendsHalfOfTheAnnouncedBody() throws IOException {
        upstream.answer(Reply.text("Hi").breakingOff(1));

        Received received = exchange(QUESTION);

        int announced = Integer.parseInt(received.header("content-length"));
        assertEquals((announced + 1) / 2, received.body().length());
        assertFalse(received.reset());
    }

    @Test
    void closeWithinStream_sendsTheEventsBeforeAndNoLastChunk() throws IOException {
        upstream.answer(Reply.text("Hi there").breakingOff(2));

        Received received = exchange(STREAM);

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

        Received received = exchange(QUESTION);

        assertEquals("close", received.header("connection"));
        assertEquals(
                Integer.parseInt(received.header("content-length")),
                received.body().length());
    }

    @Test
    void keptAliveConnection_servesSeveralRequests() throws IOException {
        try (Socket socket = connect()) {
            for (int i = 0; i < 3; i++) {
                write(socket, QUESTION);
                assertEquals("HTTP/1.1 200 OK", readResponse(socket.getInputStream()));
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
    void closedPort_refuses() {
        try (ClosedPort closed = ClosedPort.reserve();
                WireClient refused = new WireClient(closed.url())) {
            assertThrows(ConnectException.class, () -> refused.get("/v1/models"));
        }
    }

    @Test
    void rawBody_isSentAsItIs() throws IOException {
        upstream.answer(Reply.of(RawBody.truncatedJson()));

        HttpResponse<byte[]> response = client.post(ChatRequests.PATH, QUESTION);

        assertArrayEquals(RawBody.truncatedJson().bytes(), response.body());
        assertTrue(Json.parse(response.body()).isEmpty());
    }

    /** What a client that asks once on a bare socket gets until the connection ends. */
    private record Received(String text, boolean reset) {

        String header(String name) {
            return text.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(text))
                    .substring(name.length() + 2);
        }

        String body() {
            return text.substring(text.indexOf("\r\n\r\n") + 4);
        }
    }

    private Received exchange(String body) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Socket socket = connect()) {
            write(socket, body);
            byte[] bytes = new byte[8192];
            for (int n = socket.getInputStream().read(bytes);
                    n >= 0;
                    n = socket.getInputStream().read(bytes)) {
                text.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
            }
            return new Received(text.toString(), false);
        } catch (SocketException reset) {
            return new Received(text.toString(), true);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), upstream.port());
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    private static void write(Socket socket, String body) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(("POST " + ChatRequests.PATH + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n"
                        + body)
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Reads one response with a length and returns its status line. */
    private static String readResponse(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.read());
        }
        int length = Integer.parseInt(new Received(head.toString(), false).header("content-length"));
        assertEquals(length, in.readNBytes(length).length);
        return head.substring(0, head.indexOf("\r\n"));
    }

    private static BufferedReader reader(HttpResponse<InputStream> response) {
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static byte[] gunzip(byte[] bytes) throws IOException {
        return new GZIPInputStream(new ByteArrayInputStream(bytes)).readAllBytes();
    }

    private static String withoutId(String stream) {
        return stream.replaceAll("chatcmpl-\\w+|\"created\":\\d+", "");
    }
}
