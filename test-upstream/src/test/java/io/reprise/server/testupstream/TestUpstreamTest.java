package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Starting and stopping. */
@Timeout(30)
class TestUpstreamTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void takenPort_isReported() {
        try (TestUpstream first = TestUpstream.start()) {
            UpstreamOptions samePort = UpstreamOptions.defaults().withAddress("127.0.0.1", first.port());

            assertThrows(BindException.class, () -> TestUpstream.start(samePort).close());
        }
    }

    @Test
    void close_dropsStalledRepliesAndStopsListening() throws IOException {
        TestUpstream upstream = TestUpstream.start();
        Gate gate = new Gate();
        upstream.answer(Reply.text("Hi there").stalling(1, gate));
        try (WireClient client = new WireClient(upstream.url());
                InputStream body = client.open(
                                ChatRequests.PATH, ChatRequests.streaming("a").toString())
                        .body()) {
            gate.awaitArrival(SOON);

            upstream.close();

            assertThrows(IOException.class, body::readAllBytes);
            assertThrows(ConnectException.class, () -> client.get("/v1/models"));
        }
    }

    @Test
    void secondClose_doesNothing() {
        TestUpstream upstream = TestUpstream.start();
        upstream.close();

        upstream.close();
    }

    @Test
    void borrowedVertx_outlivesTheUpstream() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            TestUpstream.start(vertx).close();

            try (TestUpstream next = TestUpstream.start(vertx);
                    WireClient client = new WireClient(next.url())) {
                assertEquals(200, client.get("/v1/models").statusCode());
            }
        } finally {
            vertx.close().await(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void clientThatAsksBeforeItSendsItsBody_isToldToGoOn() throws IOException {
        try (TestUpstream upstream = TestUpstream.start();
                WireClient client = new WireClient(upstream.url())) {
            var request = client.request("/v1/files")
                    .expectContinue(true)
                    .POST(BodyPublishers.ofString("body"))
                    .build();

            assertEquals(200, client.send(request, BodyHandlers.discarding()).statusCode());
            assertEquals(4, upstream.log().requests().getFirst().bodyBytes());
        }
    }
}
