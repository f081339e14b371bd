package io.reprise.server.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.reprise.server.protocol.StrictJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WebhooksTest {
    private static final byte[] SECRET = "s3cret".getBytes(StandardCharsets.US_ASCII);

    private record Post(String timestamp, String signature, byte[] body) {}

    private final BlockingQueue<Post> posts = new LinkedBlockingQueue<>();
    private final AtomicInteger failing = new AtomicInteger();
    private HttpServer receiver;
    private Webhooks webhooks;

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", this::receive);
        receiver.start();
        URI url = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
        webhooks = new Webhooks(List.of(url), SECRET, 1);
    }

    @AfterEach
    void stop() {
        webhooks.close();
        receiver.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        var headers = exchange.getRequestHeaders();
        posts.add(new Post(
                headers.getFirst("x-reprise-timestamp"),
                headers.getFirst("x-reprise-signature"),
                exchange.getRequestBody().readAllBytes()));
        exchange.sendResponseHeaders(failing.getAndDecrement() > 0 ? 500 : 204, -1);
        exchange.close();
    }

    @Test
    void post_isWhatSlackReadsAndSigned() throws Exception {
        webhooks.post(alert("Look."));
        Post post = taken();
        var body = StrictJson.parseObject(post.body());
        assertEquals("Reprise: Look.", body.path("text").asText());
        assertEquals("spend_spike", body.path("cause").asText());
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
        mac.update((post.timestamp() + ".").getBytes(StandardCharsets.US_ASCII));
        assertEquals("sha256=" + HexFormat.of().formatHex(mac.doFinal(post.body())), post.signature());
    }

    @Test
    void postThatFails_isRepeated() throws Exception {
        failing.set(2);
        webhooks.post(alert("Look."));
        taken();
        taken();
        taken();
        assertEquals(0, webhooks.failed());
    }

    @Test
    void postThatAlwaysFails_isGivenUpAndCounted() throws Exception {
        failing.set(100);
        webhooks.post(alert("Look."));
        for (int i = 0; i < 5; i++) {
            taken();
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (webhooks.failed() == 0) {
            assertTrue(System.nanoTime() < deadline, "not given up");
            Thread.onSpinWait();
        }
        assertTrue(posts.isEmpty());
    }

    private Post taken() throws InterruptedException {
        Post post = posts.poll(10, TimeUnit.SECONDS);
        assertTrue(post != null, "no post came");
        return post;
    }

    private static Alert alert(String text) {
        return new Alert(Alert.Cause.SPEND_SPIKE, "", "2026-11-02", Instant.EPOCH, text);
    }
}
