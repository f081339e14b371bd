package io.reprise.server.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Bytes on their way from an upstream through a relay to a client, each a real connection. */
@ExtendWith(VertxExtension.class)
class RelayTest {
    private static final int CHUNK = 64 * 1024;
    /** Far more than the buffers of three sockets hold, so that a writer that is not held back writes all of it. */
    private static final long PLENTY = 512L * CHUNK;

    @Test
    void slowClient_holdsUpstreamBackAndLosesNothing(Vertx vertx, VertxTestContext test) {
        AtomicLong written = new AtomicLong();
        HttpClient http = vertx.createHttpClient();
        listen(vertx, plenty(written))
                .compose(upstream -> relay(vertx, http, upstream, end -> {}))
                .compose(relay -> get(http, relay))
                .compose(response -> settled(vertx, written).compose(stuckAt -> {
                    test.verify(() ->
                            assertTrue(stuckAt < PLENTY, "upstream must be held back, it wrote " + stuckAt + " bytes"));
                    Future<Buffer> body = response.body();
                    response.resume();
                    return body;
                }))
                .onComplete(test.succeeding(body -> test.verify(() -> {
                    assertEquals(PLENTY, body.length());
                    test.completeNow();
                })));
    }

    @Test
    void clientThatLeaves_endsTheCallUpstream(Vertx vertx, VertxTestContext test) {
        var upstreamLost = test.checkpoint();
        var ended = test.checkpoint();
        HttpClient http = vertx.createHttpClient();
        listen(vertx, response -> {
                    response.setChunked(true).write("first");
                    response.closeHandler(lost -> upstreamLost.flag());
                })
                .compose(upstream -> relay(
                        vertx,
                        http,
                        upstream,
                        end -> test.verify(() -> {
                            assertEquals(Relay.End.CLIENT_GONE, end);
                            ended.flag();
                        })))
                .compose(relay -> get(http, relay))
                .onComplete(test.succeeding(
                        response -> response.request().connection().close()));
    }

    @Test
    void upstreamThatBreaksOff_breaksTheClientsResponseOff(Vertx vertx, VertxTestContext test) {
        HttpClient http = vertx.createHttpClient();
        listen(vertx, response -> response.setChunked(true)
                        .write("half an answer")
                        .onComplete(sent -> response.reset()))
                .compose(upstream -> relay(
                        vertx, http, upstream, end -> test.verify(() -> assertEquals(Relay.End.UPSTREAM_BROKEN, end))))
                .compose(relay -> get(http, relay))
                .compose(response -> {
                    Future<Buffer> body = response.body();
                    response.resume();
                    return body;
                })
                .onComplete(test.failing(brokenOff -> test.completeNow()));
    }

    @Test
    void passage_seesEveryByteAndHasTheLastWord(Vertx vertx, VertxTestContext test) {
        HttpClient http = vertx.createHttpClient();
        AtomicBoolean rested = new AtomicBoolean();
        var passage = new Relay.Passage() {
            @Override
            public Buffer pass(Buffer bytes) {
                return Buffer.buffer(bytes.toString().toUpperCase(Locale.ROOT));
            }

            @Override
            public Buffer rest() {
                rested.set(true);
                return Buffer.buffer("!");
            }
        };
        listen(vertx, response -> response.end("quiet words"))
                .compose(upstream -> relayThrough(vertx, http, upstream, passage, end -> {}))
                .compose(relay -> get(http, relay))
                .compose(response -> {
                    Future<Buffer> body = response.body();
                    response.resume();
                    return body;
                })
                .onComplete(test.succeeding(body -> test.verify(() -> {
                    assertEquals("QUIET WORDS!", body.toString());
                    assertTrue(rested.get());
                    test.completeNow();
                })));
    }

    private interface Answering {
        void to(HttpServerResponse response);
    }

    private interface Ending {
        void seen(Relay.End end);
    }

    private static Answering plenty(AtomicLong written) {
        return response -> {
            response.setChunked(true);
            writeOn(response, written);
        };
    }

    private static void writeOn(HttpServerResponse response, AtomicLong written) {
        while (written.get() < PLENTY && !response.writeQueueFull()) {
            written.addAndGet(CHUNK);
            response.write(Buffer.buffer(new byte[CHUNK]));
        }
        if (written.get() < PLENTY) {
            response.drainHandler(drained -> writeOn(response, written));
        } else {
            response.end();
        }
    }

    /** How much was written when a while has passed without more. */
    private static Future<Long> settled(Vertx vertx, AtomicLong written) {
        long seen = written.get();
        return vertx.timer(200, TimeUnit.MILLISECONDS)
                .compose(later ->
                        written.get() == seen && seen > 0 ? Future.succeededFuture(seen) : settled(vertx, written));
    }

    private static Future<Integer> listen(Vertx vertx, Answering answering) {
        return vertx.createHttpServer()
                .requestHandler(request -> answering.to(request.response()))
                .listen(0, "127.0.0.1")
                .map(HttpServer::actualPort);
    }

    private static Future<Integer> relay(Vertx vertx, HttpClient http, int upstream, Ending ending) {
        return relayThrough(vertx, http, upstream, Relay.UNSEEN, ending);
    }

    private static Future<Integer> relayThrough(
            Vertx vertx, HttpClient http, int upstream, Relay.Passage passage, Ending ending) {
        return vertx.createHttpServer()
                .requestHandler(request -> get(http, upstream)
                        .compose(
                                answer -> Relay.start(answer, request.response().setChunked(true), null, passage))
                        .onSuccess(ending::seen))
                .listen(0, "127.0.0.1")
                .map(HttpServer::actualPort);
    }

    /** A paused response. */
    private static Future<HttpClientResponse> get(HttpClient http, int port) {
        return http.request(HttpMethod.GET, port, "127.0.0.1", "/")
                .compose(request -> request.send().onSuccess(HttpClientResponse::pause));
    }
}
