package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Gate;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.TestUpstream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that stops finishes what it has begun. */
@Timeout(60)
class DrainTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String STREAM =
            "{\"model\":\"gpt-4o\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"Tell me a long story\"}]}";

    @Test
    void openStream_isFinishedWhileNewConnectionsAreRefused(@TempDir Path data) throws Exception {
        Gate gate = new Gate();
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            upstream.answer(Reply.text("Once upon a time there was a cache.").stalling(2, gate));
            RunningServer server = RunningServer.start(data, upstream.url(), Clock.systemUTC());
            HttpResponse<InputStream> stream = http.send(
                    HttpRequest.newBuilder(URI.create(server.baseUrl() + "/chat/completions"))
                            .POST(HttpRequest.BodyPublishers.ofString(STREAM))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            gate.awaitArrival(SOON);
            int port = server.port();

            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            awaitRefusal(port);
            gate.open();

            String events = new String(stream.body().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(events.endsWith("data: [DONE]\n\n"), events);
            closing.get(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void streamThatTakesTooLong_isCutWhenTheTimeIsOver(@TempDir Path data) throws Exception {
        Gate gate = new Gate();
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            upstream.answer(Reply.text("Once upon a time there was a cache.").stalling(2, gate));
            RunningServer server = RunningServer.start(data, upstream.url(), Clock.systemUTC(), "http.drain_ms=200");
            HttpResponse<InputStream> stream = http.send(
                    HttpRequest.newBuilder(URI.create(server.baseUrl() + "/chat/completions"))
                            .POST(HttpRequest.BodyPublishers.ofString(STREAM))
                            .build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            gate.awaitArrival(SOON);

            server.close();

            assertThrows(IOException.class, () -> stream.body().readAllBytes());
            gate.open();
        }
    }

    @Test
    void whoAsksWhetherItIsReady_isToldBeforeConnectionsAreRefused(@TempDir Path data) throws Exception {
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            RunningServer server =
                    RunningServer.start(data, upstream.url(), Clock.systemUTC(), "http.unready_ms=20000");
            HttpRequest ready = HttpRequest.newBuilder(URI.create(server.url() + "/health/ready"))
                    .build();
            HttpRequest live = HttpRequest.newBuilder(URI.create(server.url() + "/health/live"))
                    .build();
            assertEquals(200, status(http, ready));

            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            Eventually.await(SOON, () -> status(http, ready) == 503);

            closing.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThrows(ConnectException.class, () -> http.send(live, HttpResponse.BodyHandlers.discarding()));
        }
    }

    private static int status(HttpClient http, HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitRefusal(int port) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (System.nanoTime() < deadline) {
            try (Socket accepted = new Socket(InetAddress.getLoopbackAddress(), port)) {
                accepted.setSoTimeout(10);
                // Accepted before the door closed: nothing is said, the end is near.
                int unusedByte = accepted.getInputStream().read();
            } catch (ConnectException refused) {
                return;
            } catch (IOException e) {
                Thread.onSpinWait();
            }
        }
        throw new AssertionError("the port was not closed in time");
    }
}
