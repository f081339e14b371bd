package io.reprise.server.upstream;

import static io.reprise.server.upstream.ClientBench.answer;
import static io.reprise.server.upstream.ClientBench.at;
import static io.reprise.server.upstream.ClientBench.body;
import static io.reprise.server.upstream.ClientBench.breaksOff;
import static io.reprise.server.upstream.ClientBench.call;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.SelfSigned;
import io.reprise.server.testupstream.TestProxy;
import io.reprise.server.upstream.ClientBench.Wishes;
import io.reprise.server.upstream.UpstreamOptions.Http2;
import io.reprise.server.upstream.UpstreamOptions.Proxy;
import io.reprise.server.upstream.UpstreamOptions.ProxyProtocol;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How upstreams are connected to: certificates, protocol versions, proxies. */
@ExtendWith(VertxExtension.class)
class ConnectionsTest {
    private static @Nullable SelfSigned identity;

    private final Vertx vertx;
    private final ClientBench bench;

    ConnectionsTest(Vertx vertx) {
        this.vertx = vertx;
        bench = new ClientBench(vertx);
    }

    @BeforeAll
    static void makeCertificate(@TempDir Path folder) {
        identity = SelfSigned.create(folder);
    }

    private static SelfSigned identity() {
        if (identity == null) {
            throw new IllegalStateException("not made");
        }
        return identity;
    }

    private static HttpServerOptions tls() {
        return new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(identity().key());
    }

    private int secure() throws TimeoutException {
        return bench.serve(tls(), request -> request.response().end(request.version() + " to " + request.authority()));
    }

    @Test
    void certificateThatNobodyTrusts_isRefusedAndNotTriedAgain() throws TimeoutException {
        int port = secure();
        Wishes wishes = Wishes.none().with(ClientBench.TWICE_MORE).with(() -> {
            throw new AssertionError("tried again");
        });

        UpstreamException refused = assertThrows(
                UpstreamException.class,
                () -> answer(bench.client(wishes).send(at("https", "localhost", port), call())));

        assertEquals(502, refused.status());
        assertEquals("no secure connection to upstream openai: its certificate is not trusted", refused.getMessage());
    }

    @Test
    void certificateOfAConfiguredAuthority_isAccepted() throws TimeoutException {
        int port = secure();
        UpstreamClient client = bench.client(Wishes.none().with(identity().certificate()));

        assertEquals(
                200, answer(client.send(at("https", "localhost", port), call())).statusCode());
    }

    @Test
    void certificateOfAnotherHost_isRefused() throws TimeoutException {
        int port = secure();
        UpstreamClient client = bench.client(Wishes.none().with(identity().certificate()));

        assertThrows(UpstreamException.class, () -> answer(client.send(at("https", "127.0.0.1", port), call())));
    }

    @Test
    void configuredAuthority_standsBesideThoseOfTheJdk() throws GeneralSecurityException {
        List<X509Certificate> ofJdk = Authorities.trusted(List.of());

        List<X509Certificate> trusted = Authorities.trusted(List.of(identity().certificate()));

        assertFalse(ofJdk.isEmpty());
        assertTrue(trusted.containsAll(ofJdk) && trusted.contains(identity().certificate()));
    }

    @ParameterizedTest
    @CsvSource({"AUTO, HTTP_2", "OFF, HTTP_1_1", "PRIOR_KNOWLEDGE, HTTP_2"})
    void versionOverTls_isAgreedOn(Http2 http2, HttpVersion version) throws TimeoutException {
        int port = secure();
        UpstreamClient client =
                bench.client(Wishes.none().with(http2).with(identity().certificate()));

        HttpClientResponse answer = answer(client.send(at("https", "localhost", port), call()));

        assertEquals(version, answer.version());
        assertEquals(version + " to localhost:" + port, body(answer));
    }

    @ParameterizedTest
    @CsvSource({"AUTO, HTTP_1_1", "OFF, HTTP_1_1", "PRIOR_KNOWLEDGE, HTTP_2"})
    void versionWithoutTls_isAsConfigured(Http2 http2, HttpVersion version) throws TimeoutException {
        int port = bench.serve(
                request -> request.body().onSuccess(body -> request.response().end(request.version() + " " + body)));

        HttpClientResponse answer =
                answer(bench.client(Wishes.none().with(http2)).send(at(port), call()));

        assertEquals(version + " {\"a\":1}", body(answer));
    }

    @Test
    void streamThatStallsOnABusyConnection_isBrokenOff() throws TimeoutException {
        int port = bench.serve(request -> {
            request.response().setChunked(true).write("begun");
            if (request.headers().contains("busy")) {
                vertx.setPeriodic(20, tick -> {
                    if (!request.response().closed()) {
                        request.response().write("tick");
                    }
                });
            }
        });
        UpstreamClient client =
                bench.client(Wishes.none().with(Http2.PRIOR_KNOWLEDGE).with(Duration.ofMillis(300)));
        Outgoing plain = call();
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap().addAll(plain.headers()).add("busy", "1");
        var busy = new Outgoing(plain.method(), plain.target(), headers, plain.body(), false);
        Sending ticking = client.send(at(port), busy);
        answer(ticking).handler(tick -> {}).resume();
        HttpClientResponse stalled = answer(client.send(at(port), plain));

        assertTrue(breaksOff(stalled));
        ticking.cancel();
    }

    @Test
    void answerThatComesSlowlyButSteadily_isNotBrokenOff() throws TimeoutException {
        int port = bench.serve(request -> {
            request.response().setChunked(true);
            int[] left = {10};
            vertx.setPeriodic(60, tick -> {
                if (left[0]-- > 0) {
                    request.response().write("x");
                } else {
                    vertx.cancelTimer(tick);
                    request.response().end();
                }
            });
        });
        UpstreamClient client =
                bench.client(Wishes.none().with(Http2.PRIOR_KNOWLEDGE).with(Duration.ofMillis(400)));

        assertEquals("xxxxxxxxxx", body(answer(client.send(at(port), call()))));
    }

    @Test
    void slowReaders_doNotStallTheOthersOfTheirConnection() throws TimeoutException {
        int port = bench.serve(request -> request.response().end("x".repeat(60_000)));
        UpstreamClient client = bench.client(Wishes.none().with(Http2.PRIOR_KNOWLEDGE));
        answer(client.send(at(port), call()));
        List<Sending> unread = IntStream.range(0, 90)
                .mapToObj(i -> client.send(at(port), call()))
                .toList();
        for (Sending sending : unread) {
            answer(sending);
        }

        assertEquals(60_000, body(answer(client.send(at(port), call()))).length());
    }

    private Wishes through(TestProxy proxy, List<String> bypass) {
        return Wishes.none()
                .with(identity().certificate())
                .with(new Proxy(ProxyProtocol.HTTP, "127.0.0.1", proxy.port(), "me", "p@ss", bypass));
    }

    @Test
    void secureUpstream_isReachedThroughATunnel() throws TimeoutException {
        int port = secure();
        try (TestProxy proxy = TestProxy.start(vertx)) {
            UpstreamClient client = bench.client(through(proxy, List.of()));

            assertEquals(
                    "HTTP_2 to localhost:" + port, body(answer(client.send(at("https", "localhost", port), call()))));

            assertEquals(List.of("CONNECT localhost:" + port), proxy.asked());
            assertEquals(
                    List.of("Basic "
                            + Base64.getEncoder().encodeToString("me:p@ss".getBytes(StandardCharsets.US_ASCII))),
                    proxy.credentials());
        }
    }

    @Test
    void plainUpstream_isForwardedTo() throws TimeoutException {
        try (TestProxy proxy = TestProxy.start(vertx)) {
            UpstreamClient client = bench.client(through(proxy, List.of()));

            assertEquals("forwarded", body(answer(client.send(at("http", "upstream.example", 81), call()))));

            assertEquals(List.of("POST http://upstream.example:81/v1/chat/completions?x=1"), proxy.asked());
            assertEquals(1, proxy.credentials().size());
        }
    }

    @Test
    void bypassedHost_isReachedDirectly() throws TimeoutException {
        int port = bench.serve(request -> request.response().end("direct"));
        try (TestProxy proxy = TestProxy.start(vertx)) {
            UpstreamClient client = bench.client(through(proxy, List.of("*.internal", "127.0.0.*")));

            assertEquals("direct", body(answer(client.send(at(port), call()))));

            assertTrue(proxy.asked().isEmpty());
        }
    }

    @Test
    void proxy_showsNoPassword() {
        assertEquals(
                "HTTP proxy at proxy.example:3128",
                new Proxy(ProxyProtocol.HTTP, "proxy.example", 3128, "me", "secret", List.of()).toString());
    }
}
