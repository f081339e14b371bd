package io.reprise.server.upstream;

import static io.reprise.server.upstream.ClientBench.TWICE_MORE;
import static io.reprise.server.upstream.ClientBench.answer;
import static io.reprise.server.upstream.ClientBench.at;
import static io.reprise.server.upstream.ClientBench.body;
import static io.reprise.server.upstream.ClientBench.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.reprise.server.testupstream.ClosedPort;
import io.reprise.server.upstream.ClientBench.Wishes;
import io.reprise.server.upstream.UpstreamOptions.Http2;
import io.reprise.server.upstream.UpstreamOptions.Retries;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a call is tried again and when not. */
@ExtendWith(VertxExtension.class)
class RetryingTest {
    private static final long REFUSED_STREAM = 7;
    private static final long INTERNAL_ERROR = 2;
    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private final AtomicInteger delays = new AtomicInteger();
    private final AtomicInteger requests = new AtomicInteger();
    private final Wishes wishes = Wishes.none().with(TWICE_MORE).with(() -> {
        delays.incrementAndGet();
        return 0.5;
    });
    private final ClientBench bench;

    RetryingTest(Vertx vertx) {
        bench = new ClientBench(vertx);
    }

    @Test
    void refusedConnection_isTriedAsOftenAsConfigured() {
        try (ClosedPort nobody = ClosedPort.reserve()) {
            Sending sending = bench.client(wishes).send(at(nobody.port()), call());

            UpstreamException failure = assertThrows(UpstreamException.class, () -> answer(sending));

            assertEquals(502, failure.status());
            assertEquals(2, delays.get());
        }
    }

    @Test
    void upstreamThatComesUpMeanwhile_answers() throws TimeoutException {
        ClosedPort nobody = ClosedPort.reserve();
        var listening = new AtomicReference<ServerSocket>();
        Wishes comesUp = wishes.with(() -> {
            nobody.close();
            listening.set(answering(nobody.port()));
            return 0.5;
        });

        Sending sending = bench.client(comesUp).send(at(nobody.port()), call());

        assertEquals("ok", body(answer(sending)));
        close(listening.get());
    }

    @Test
    void unknownHost_isTriedAgain() {
        Sending sending = bench.client(wishes).send(at("http", "nobody.invalid", 80), call());

        UpstreamException failure = assertThrows(UpstreamException.class, () -> answer(sending));

        assertEquals("the host of upstream openai is not known", failure.getMessage());
        assertEquals(2, delays.get());
    }

    @Test
    void handshakeThatIsCutOff_isTriedAgain() throws IOException {
        try (ServerSocket plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> closeEach(plain));

            Sending sending = bench.client(wishes).send(at("https", "127.0.0.1", plain.getLocalPort()), call());

            assertThrows(UpstreamException.class, () -> answer(sending));
            assertEquals(2, delays.get());
        }
    }

    @Test
    void connectionThatIsClosedOnARequest_isNotTriedAgain() throws TimeoutException {
        int port = bench.serve(request -> {
            requests.incrementAndGet();
            request.connection().close();
        });

        Sending sending = bench.client(wishes).send(at(port), call());

        UpstreamException failure = assertThrows(UpstreamException.class, () -> answer(sending));
        assertEquals(502, failure.status());
        assertEquals(1, requests.get());
    }

    @Test
    void pooledConnectionThatIsClosedOnASecondRequest_isNotTriedAgain() throws TimeoutException {
        int port = bench.serve(request -> {
            if (requests.incrementAndGet() == 1) {
                request.response().end("first");
            } else {
                request.connection().close();
            }
        });
        UpstreamClient client = bench.client(wishes);
        body(answer(client.send(at(port), call())));

        assertThrows(UpstreamException.class, () -> answer(client.send(at(port), call())));

        assertEquals(2, requests.get());
    }

    @Test
    void silentUpstream_isNotAskedAgain() throws TimeoutException {
        int port = bench.serve(request -> requests.incrementAndGet());

        Sending sending = bench.client(wishes.with(Duration.ofMillis(100))).send(at(port), call());

        assertEquals(
                504,
                assertThrows(UpstreamException.class, () -> answer(sending)).status());
        assertEquals(1, requests.get());
    }

    @Test
    void streamRefused_isSentAgain() throws TimeoutException {
        int port = bench.serve(request -> {
            if (requests.incrementAndGet() < 3) {
                request.response().reset(REFUSED_STREAM);
            } else {
                request.response().end("at last");
            }
        });

        Sending sending = bench.client(wishes.with(Http2.PRIOR_KNOWLEDGE)).send(at(port), call());

        assertEquals("at last", body(answer(sending)));
        assertEquals(2, delays.get());
    }

    @Test
    void streamResetForAnotherReason_isNotSentAgain() throws TimeoutException {
        int port = bench.serve(request -> {
            requests.incrementAndGet();
            request.response().reset(INTERNAL_ERROR);
        });

        Sending sending = bench.client(wishes.with(Http2.PRIOR_KNOWLEDGE)).send(at(port), call());

        assertThrows(UpstreamException.class, () -> answer(sending));
        assertEquals(1, requests.get());
    }

    @Test
    void streamBeyondTheLastOfAConnectionThatGoesAway_isSentAgain() throws TimeoutException {
        int port = bench.serve(request -> {
            if (requests.incrementAndGet() == 1) {
                request.connection().goAway(0, 0);
                request.connection().close();
            } else {
                request.response().end("elsewhere");
            }
        });

        Sending sending = bench.client(wishes.with(Http2.PRIOR_KNOWLEDGE)).send(at(port), call());

        assertEquals("elsewhere", body(answer(sending)));
    }

    @Test
    void listedStatus_isSentAgainWholeAndTheLastAnswerPassedOn() throws TimeoutException {
        int port = bench.serve(request -> request.body().onSuccess(body -> {
            assertEquals("{\"a\":1}", body.toString());
            request.response().setStatusCode(503).end("no " + requests.incrementAndGet());
        }));

        var last = answer(bench.client(wishes).send(at(port), call()));

        assertEquals(503, last.statusCode());
        assertEquals("no 3", body(last));
    }

    @ParameterizedTest
    @CsvSource({"500, ''", "429, 100", "429, 'Fri, 31 Dec 9999 23:59:59 GMT'"})
    void statusThatIsNotListedOrAsksForTooLong_isPassedOn(int status, String retryAfter) throws TimeoutException {
        int port = bench.serve(request -> {
            requests.incrementAndGet();
            request.response()
                    .setStatusCode(status)
                    .putHeader("retry-after", retryAfter)
                    .end("no");
        });

        assertEquals(status, answer(bench.client(wishes).send(at(port), call())).statusCode());
        assertEquals(1, requests.get());
    }

    @Test
    void answerOfUnknownLength_isBrokenOffBeforeTheNextTry() throws TimeoutException {
        Promise<Void> gone = Promise.promise();
        int port = bench.serve(request -> {
            if (requests.incrementAndGet() == 1) {
                request.response()
                        .closeHandler(closed -> gone.complete())
                        .setStatusCode(503)
                        .setChunked(true)
                        .write("endless");
            } else {
                request.response().end("ok");
            }
        });

        assertEquals("ok", body(answer(bench.client(wishes).send(at(port), call()))));
        ClientBench.await(gone.future());
    }

    @Test
    void callGivenUpWhileItWaits_isNotSentAgain(Vertx vertx) throws TimeoutException {
        Promise<Void> first = Promise.promise();
        int port = bench.serve(request -> {
            requests.incrementAndGet();
            request.response().setStatusCode(503).end("no").onComplete(sent -> first.tryComplete());
        });
        var patient =
                new Retries(1, Set.of(503), Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofSeconds(1));
        Sending sending = bench.client(wishes.with(patient)).send(at(port), call());
        ClientBench.await(first.future());

        sending.cancel();

        assertThrows(UpstreamException.class, () -> answer(sending));
        ClientBench.await(vertx.timer(300, TimeUnit.MILLISECONDS));
        assertEquals(1, requests.get());
    }

    @Test
    void callGivenUpBeforeTheHead_endsItUpstream() throws TimeoutException {
        Promise<Void> arrived = Promise.promise();
        Promise<Void> gone = Promise.promise();
        int port = bench.serve(request -> {
            request.response().closeHandler(closed -> gone.tryComplete());
            arrived.tryComplete();
        });
        Sending sending = bench.client(wishes).send(at(port), call());
        ClientBench.await(arrived.future());

        sending.cancel();

        assertThrows(UpstreamException.class, () -> answer(sending));
        ClientBench.await(gone.future());
    }

    @Test
    void callGivenUpWithinTheAnswer_endsItUpstream() throws TimeoutException {
        Promise<Void> gone = Promise.promise();
        int port = bench.serve(request -> request.response()
                .closeHandler(closed -> gone.tryComplete())
                .setChunked(true)
                .write("part"));
        Sending sending = bench.client(wishes).send(at(port), call());
        answer(sending);

        sending.cancel();

        ClientBench.await(gone.future());
    }

    @Test
    void closedClient_failsItsCallsAsAllOthers() throws TimeoutException {
        UpstreamClient client = bench.client(wishes);
        ClientBench.await(client.close());

        assertThrows(UpstreamException.class, () -> answer(client.send(at(1), call())));
        assertEquals(0, delays.get());
    }

    /** A server that answers one request. */
    private static ServerSocket answering(int port) {
        try {
            ServerSocket server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
            Thread.ofVirtual().start(() -> {
                try (Socket socket = server.accept()) {
                    InputStream in = socket.getInputStream();
                    if (in.read(new byte[10_000]) > 0) {
                        socket.getOutputStream().write(OK);
                        in.transferTo(OutputStream.nullOutputStream());
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void closeEach(ServerSocket server) {
        try {
            while (!server.isClosed()) {
                server.accept().close();
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private static void close(ServerSocket server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
