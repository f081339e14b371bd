package io.reprise.server.upstream;

import static io.reprise.server.upstream.ClientBench.answer;
import static io.reprise.server.upstream.ClientBench.at;
import static io.reprise.server.upstream.ClientBench.await;
import static io.reprise.server.upstream.ClientBench.body;
import static io.reprise.server.upstream.ClientBench.breaksOff;
import static io.reprise.server.upstream.ClientBench.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.upstream.ClientBench.Wishes;
import io.reprise.server.upstream.UpstreamOptions.Http2;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.junit5.VertxExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers that are read here arrive decoded, others untouched; over both versions of HTTP. */
@ExtendWith(VertxExtension.class)
class DecodingTest {
    private static final String TEXT = "{\"choices\":[\"" + "Hello. ".repeat(1000) + "\"]}";

    private final ClientBench bench;

    DecodingTest(Vertx vertx) {
        bench = new ClientBench(vertx);
    }

    /** What is compressed as it comes. */
    private static final class Gzip {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final GZIPOutputStream gzip;

        Gzip() {
            try {
                gzip = new GZIPOutputStream(bytes, true);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Buffer next(String text) {
            try {
                gzip.write(text.getBytes(StandardCharsets.UTF_8));
                gzip.flush();
                return taken();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Buffer end() {
            try {
                gzip.finish();
                return taken();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Buffer taken() {
            Buffer part = Buffer.buffer(bytes.toByteArray());
            bytes.reset();
            return part;
        }
    }

    private static Buffer compressed() {
        Gzip gzip = new Gzip();
        return gzip.next(TEXT).appendBuffer(gzip.end());
    }

    private static HttpServerResponse gzipped(HttpServerResponse response) {
        return response.putHeader("content-encoding", "gzip").putHeader("content-type", "text/event-stream");
    }

    private UpstreamClient client(Http2 http2) {
        return bench.client(Wishes.none().with(http2));
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "PRIOR_KNOWLEDGE"})
    void wholeAnswer_arrivesDecodedWithoutASignOfTheCoding(Http2 http2) throws TimeoutException {
        int port = bench.serve(request -> gzipped(request.response()).end(compressed()));

        HttpClientResponse answer = answer(client(http2).send(at(port), call(true)));

        assertFalse(answer.headers().contains("content-encoding"));
        assertFalse(answer.headers().contains("content-length"));
        assertEquals(TEXT, body(answer));
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "PRIOR_KNOWLEDGE"})
    void answerThatIsNotReadHere_arrivesAsItCame(Http2 http2) throws TimeoutException {
        int port = bench.serve(request -> gzipped(request.response()).end(compressed()));

        HttpClientResponse answer = answer(client(http2).send(at(port), call(false)));

        assertEquals("gzip", answer.getHeader("content-encoding"));
        var body = answer.body();
        answer.resume();
        assertEquals(compressed(), await(body));
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "PRIOR_KNOWLEDGE"})
    void stream_isDecodedAsItComes(Http2 http2) throws TimeoutException {
        Promise<Void> firstSeen = Promise.promise();
        int port = bench.serve(request -> {
            Gzip gzip = new Gzip();
            HttpServerResponse response = gzipped(request.response()).setChunked(true);
            response.write(gzip.next("data: 1\n\n"));
            firstSeen
                    .future()
                    .onSuccess(seen -> response.end(gzip.next("data: 2\n\n").appendBuffer(gzip.end())));
        });

        HttpClientResponse answer = answer(client(http2).send(at(port), call(true)));
        Buffer all = Buffer.buffer();
        answer.handler(part -> {
            all.appendBuffer(part);
            firstSeen.tryComplete();
        });
        var end = answer.end();
        answer.resume();
        await(end);

        assertEquals("data: 1\n\ndata: 2\n\n", all.toString());
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "PRIOR_KNOWLEDGE"})
    void corruptAnswer_breaksOff(Http2 http2) throws TimeoutException {
        Buffer corrupt = compressed();
        for (int i = 12; i < corrupt.length(); i++) {
            corrupt.setByte(i, (byte) 0xff);
        }
        int port = bench.serve(request -> gzipped(request.response()).end(corrupt));
        UpstreamClient client = client(http2);

        assertTrue(breaksOff(answer(client.send(at(port), call(true)))));
    }

    @ParameterizedTest
    @EnumSource(names = {"OFF", "PRIOR_KNOWLEDGE"})
    void corruptStream_breaksOff(Http2 http2) throws TimeoutException {
        int port = bench.serve(request -> {
            Gzip gzip = new Gzip();
            gzipped(request.response())
                    .setChunked(true)
                    .write(gzip.next("data: 1\n\n").appendBytes(new byte[] {-1, -1, -1, -1, -1, -1}));
        });
        UpstreamClient client = client(http2);

        assertTrue(breaksOff(answer(client.send(at(port), call(true)))));
    }
}
