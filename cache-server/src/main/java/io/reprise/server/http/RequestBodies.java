package io.reprise.server.http;

import io.reprise.server.access.Callers;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.gateway.Body;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.UnreadBody;
import io.reprise.server.reply.WireErrors;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of requests: within a time, within what is left of the memory for them, and what is large or
 * compressed on threads that may be busy. Thread-safe.
 */
final class RequestBodies {
    private static final String SHARE = "reprise.body-share";
    /** Smaller ones are worth no change of threads. */
    private static final int LARGE_BYTES = 64 * 1024;
    /** The weight of a brace, bracket, name or value in a tree, and of a byte of text in it. */
    private static final int NODE_BYTES = 64;

    private static final int TEXT_BYTES = 3;
    private static final int MOST_NODES = 500_000;

    private final Vertx vertx;
    private final Callers callers;
    private final ServerConfig.Limits limits;
    private final BodyMemory memory;
    private final WorkerExecutor workers;

    RequestBodies(Vertx vertx, Callers callers, ServerConfig.Limits limits) {
        this.vertx = vertx;
        this.callers = callers;
        this.limits = limits;
        this.memory = new BodyMemory(limits.bodies());
        this.workers = vertx.createSharedWorkerExecutor(
                "reprise-bodies", Math.max(2, Runtime.getRuntime().availableProcessors()));
    }

    /** Gives back what a request holds when all handlers after this one have returned. */
    void handle(RoutingContext context) {
        try {
            context.next();
        } finally {
            if (context.get(SHARE) instanceof BodyMemory.Share share) {
                share.close();
            }
        }
    }

    /**
     * Reads the body of a drop-in call, which is paused.
     *
     * @param findsModel whether the model is wanted of a body that is not read
     */
    RequestBody read(RoutingContext context, boolean findsModel) {
        return read(context, limits.cacheableBodyBytes(), findsModel);
    }

    /** Reads the body of a call that is forwarded in any case, for its model. */
    RequestBody.Unread forModel(RoutingContext context, String why) {
        HttpServerRequest request = context.request();
        return switch (read(context, limits.cacheableBodyBytes(), true)) {
            case RequestBody.Unread unread -> new RequestBody.Unread(unread.start(), why, unread.model());
            case RequestBody.Plain plain -> {
                byte[] bytes = plain.bytes().getBytes();
                yield new RequestBody.Unread(plain.raw(), why, work(bytes.length, () -> model(request, bytes, true)));
            }
        };
    }

    /** What goes upstream when nothing could be made of a body. */
    RequestBody.Unread unreadable(HttpServerRequest request, RequestBody.Plain plain) {
        byte[] bytes = plain.bytes().getBytes();
        return new RequestBody.Unread(plain.raw(), plain.why(), work(bytes.length, () -> model(request, bytes, true)));
    }

    /** Reads a native route's request. */
    <T> T ofNative(RoutingContext context, Function<byte[], T> reading) {
        context.request().pause();
        return switch (read(context, limits.nativeBodyBytes(), false)) {
            case RequestBody.Plain(Buffer bytes, var raw, var why) ->
                work(bytes.length(), () -> reading.apply(bytes.getBytes()));
            case RequestBody.Unread unread
            when unread.why().equals("too-large") -> throw Problem.tooLarge(limits.nativeBodyBytes());
            case RequestBody.Unread unread ->
                throw Problem.unreadable(
                        "Its content-encoding is none of gzip, deflate and zstd, or not what it says.");
        };
    }

    /** Answers a call whose body is not taken. */
    void refuse(HttpServerRequest request, Problem problem, WireErrors errors) {
        UnreadBody.discard(vertx, request);
        errors.write(request.response(), problem);
    }

    /** Runs what takes as long as a body is large where it holds up no other call; fails as it fails. */
    <T> T work(int bytes, Callable<T> task) {
        if (bytes > LARGE_BYTES) {
            return Future.await(workers.executeBlocking(task, false));
        }
        try {
            return task.call();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("no task here throws a checked exception", e);
        }
    }

    private RequestBody read(RoutingContext context, int limit, boolean findsModel) {
        HttpServerRequest request = context.request();
        BodyMemory.Share share = share(context);
        var codings = ContentCodings.of(request.headers().getAll("content-encoding"));
        switch (received(request, findsModel ? null : request.getHeader("content-length"), limit, share)) {
            case Body.TooLarge(Buffer start) -> {
                return new RequestBody.Unread(
                        start,
                        "too-large",
                        findsModel ? modelOfStart(request, codings, start) : new ModelName.Unknown());
            }
            case Body.Whole(Buffer raw) -> {
                if (codings.isEmpty()) {
                    share.take(weight(raw));
                    return new RequestBody.Plain(raw, raw, "unreadable");
                }
                if (!codings.isKnown()) {
                    return new RequestBody.Unread(raw, codings.why(), new ModelName.Unknown());
                }
                byte[] body = raw.getBytes();
                ContentCodings.Decoded decoded =
                        Future.await(workers.executeBlocking(() -> codings.decode(body, limit), false));
                share.take(decoded.bytes().length);
                if (decoded.complete()) {
                    Buffer bytes = Buffer.buffer(decoded.bytes());
                    share.take(weight(bytes));
                    return new RequestBody.Plain(bytes, raw, codings.why());
                }
                String why = decoded.bytes().length > limit ? "too-large" : codings.why();
                return new RequestBody.Unread(raw, why, model(request, decoded.bytes(), false));
            }
        }
    }

    private Body received(
            HttpServerRequest request, @Nullable String declaredLength, int limit, BodyMemory.Share share) {
        Promise<Void> end = Promise.promise();
        request.end()
                .onComplete(
                        all -> end.tryComplete(),
                        broken -> end.tryFail(
                                Problem.unreadable("The body broke off, or is not framed as HTTP has it.")));
        long timer = vertx.setTimer(limits.bodies().timeout().toMillis(), late -> end.tryFail(Problem.late()));
        try {
            return Body.read(request, end.future(), declaredLength, limit, share::take);
        } finally {
            vertx.cancelTimer(timer);
        }
    }

    private ModelName modelOfStart(HttpServerRequest request, ContentCodings codings, Buffer start) {
        byte[] bytes = start.getBytes();
        if (codings.isEmpty()) {
            return work(bytes.length, () -> model(request, bytes, false));
        }
        return codings.isKnown()
                ? Future.await(workers.executeBlocking(
                        () -> model(
                                request,
                                codings.decode(bytes, limits.cacheableBodyBytes())
                                        .bytes(),
                                false),
                        false))
                : new ModelName.Unknown();
    }

    private static ModelName model(HttpServerRequest request, byte[] bytes, boolean whole) {
        return ModelName.of(bytes, whole, request.getHeader("content-type"));
    }

    /** Whether a request may have a body at all. */
    static boolean mayHaveBody(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        return (request.version() == HttpVersion.HTTP_2 && length == null)
                ? !request.isEnded()
                : request.headers().contains("transfer-encoding") || (length != null && !length.equals("0"));
    }

    private BodyMemory.Share share(RoutingContext context) {
        if (context.get(SHARE) instanceof BodyMemory.Share held) {
            return held;
        }
        BodyMemory.Share share =
                memory.share(callers.identify(context.request()).principal());
        context.put(SHARE, share);
        return share;
    }

    /** About what a tree of these bytes takes: a node begins behind each of these characters. */
    private static long weight(Buffer json) {
        long nodes = 0;
        byte[] bytes = json.getBytes();
        for (byte b : bytes) {
            if (b == ',' || b == '{' || b == '[' || b == ':') {
                nodes++;
            }
        }
        return (long) TEXT_BYTES * bytes.length + NODE_BYTES * Math.min(nodes, MOST_NODES);
    }
}
