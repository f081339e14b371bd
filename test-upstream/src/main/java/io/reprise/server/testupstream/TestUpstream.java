package io.reprise.server.testupstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A provider of models for tests: an HTTP/1.1 server on a loopback port that answers as {@link Scenario} says, by default as
 * OpenAI and Anthropic would, and remembers what it was asked.
 *
 * <p>Starting and closing block the calling thread, which must be no event loop. Thread-safe.
 */
public final class TestUpstream implements AutoCloseable {

    private static final long START_STOP_SECONDS = 10;
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final UpstreamOptions options;
    private final Optional<Vertx> owned;
    private final HttpServer server;
    private final RequestLog log;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile Scenario scenario = Scenario.provider();

    private TestUpstream(UpstreamOptions options, Vertx vertx, boolean owner) {
        this.options = options;
        this.owned = owner ? Optional.of(vertx) : Optional.empty();
        this.log = new RequestLog(options.keptRequests());
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(options.host())
                        .setPort(options.port())
                        .setHttp2ClearTextEnabled(false)
                        .setHandle100ContinueAutomatically(true)
                        .setMaxHeaderSize(MAX_HEADER_BYTES))
                .requestHandler(new RequestHandler(vertx, options, log, () -> scenario));
    }

    /** Starts with the defaults on a Vert.x of its own. */
    public static TestUpstream start() {
        return start(UpstreamOptions.defaults());
    }

    /** Starts on a Vert.x of its own, with one event loop. Throws {@link java.net.BindException} when the port is taken. */
    public static TestUpstream start(UpstreamOptions options) {
        return listening(new TestUpstream(options, Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)), true));
    }

    /** Starts with the defaults on this Vert.x, which outlives it. */
    public static TestUpstream start(Vertx vertx) {
        return start(vertx, UpstreamOptions.defaults());
    }

    /** Starts on an event loop of this Vert.x, which outlives it. */
    public static TestUpstream start(Vertx vertx, UpstreamOptions options) {
        return listening(new TestUpstream(options, vertx, false));
    }

    public int port() {
        return server.actualPort();
    }

    /** {@code http://<host>:<port>}, without a path. */
    public String url() {
        return "http://" + options.host() + ":" + port();
    }

    /** What SDKs call the base URL: {@link #url()} and {@code /v1}. */
    public String baseUrl() {
        return url() + "/v1";
    }

    /** Requests whose body ends after this call are answered so. */
    public void answer(Scenario next) {
        scenario = Objects.requireNonNull(next, "next");
    }

    /** Requests whose body ends after this call all get this reply. */
    public void answer(Reply reply) {
        answer(Scenario.always(reply));
    }

    public RequestLog log() {
        return log;
    }

    /** Closes all connections at once, also of replies that have not ended. Idempotent. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        await(server.close());
        owned.ifPresent(vertx -> await(vertx.close()));
    }

    private static TestUpstream listening(TestUpstream upstream) {
        boolean listening = false;
        try {
            await(upstream.server.listen());
            listening = true;
            return upstream;
        } finally {
            // Not a catch clause: await also throws checked exceptions, BindException among them, without declaring
            // them.
            if (!listening) {
                upstream.owned.ifPresent(vertx -> await(vertx.close()));
            }
        }
    }

    private static void await(Future<?> done) {
        try {
            done.await(START_STOP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("not done within " + START_STOP_SECONDS + " s", e);
        }
    }
}
