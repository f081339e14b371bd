package io.reprise.server.http;

import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.upstream.ForwardedHeaders;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.UpstreamException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.RoutingContext;

/**
 * WebSockets (RFC 6455) of the provider's API, such as {@code /v1/realtime}: upstream answers the handshake, and from then on every byte
 * passes as it comes, both ways, each as fast as its reader takes it. So extensions, sub-protocols, pings and close codes are between
 * client and upstream. A connection on which nothing passes for as long as an answer may be silent is closed.
 */
final class WebSocketRoute {
    private static final int SWITCHING_PROTOCOLS = 101;

    private final WebPages pages;
    private final Callers callers;
    private final UpstreamClient upstream;
    private final PassThroughRoute passThrough;
    private final Provider openAi;

    /**
     * @param passThrough says where a request goes
     * @param openAi where it goes when no other upstream takes it
     */
    WebSocketRoute(
            WebPages pages, Callers callers, UpstreamClient upstream, PassThroughRoute passThrough, Provider openAi) {
        this.pages = pages;
        this.callers = callers;
        this.upstream = upstream;
        this.passThrough = passThrough;
        this.openAi = openAi;
    }

    /** Takes a request that asks for a WebSocket; every other one goes on to the next route. */
    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!isHandshake(request)) {
            context.next();
            return;
        }
        try {
            open(request);
        } catch (Problem problem) {
            WireErrors.OPENAI.write(request.response(), problem);
        }
    }

    /** A handshake has no body: one upstream would take what follows for it. */
    private static boolean isHandshake(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                && "websocket".equalsIgnoreCase(request.getHeader("upgrade"))
                && !RequestBodies.mayHaveBody(request);
    }

    private void open(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        // A browser sends it for any page, and lets that page read what comes.
        if (pages.sender(request) == WebPages.Sender.FOREIGN) {
            Problem refusal = Problem.foreignPage();
            WireErrors.OPENAI.write(response, refusal.status(), "permission_error", refusal.getMessage());
            return;
        }
        callers.identify(request);
        Provider provider = passThrough.provider(request, unread(request), openAi);
        HttpClientResponse answer;
        try {
            answer = Future.await(upstream.upgrade(provider, request));
        } catch (UpstreamException e) {
            CacheStatus.forwarded(response, CallOutcome.BYPASS, 0, Kept.UNSAID, "route");
            WireErrors.OPENAI.write(response, e.status(), "upstream_error", e.getMessage());
            return;
        }
        response.setStatusCode(answer.statusCode());
        response.headers().setAll(ForwardedHeaders.response(answer.headers()));
        CacheStatus.forwarded(response, CallOutcome.BYPASS, answer.statusCode(), Kept.UNSAID, "route");
        if (answer.statusCode() == SWITCHING_PROTOCOLS) {
            response.putHeader("connection", "Upgrade").putHeader("upgrade", "websocket");
            NetSocket provided = answer.netSocket();
            Future.await(request.toNetSocket()
                    .onSuccess(client -> join(client, provided))
                    .onFailure(gone -> provided.close()));
        } else {
            response.setChunked(!answer.headers().contains("content-length"));
            Future.await(Relay.start(answer, response, null, Relay.UNSEEN));
        }
    }

    /** What the address names no model for may be for any: a message says so, and messages are not read. */
    private static RequestBody.Unread unread(HttpServerRequest request) {
        boolean named = !(ModelName.ofQuery(request.query()) instanceof ModelName.None);
        return new RequestBody.Unread(
                Buffer.buffer(), "websocket", named ? new ModelName.None() : new ModelName.Unknown());
    }

    /** Passes on what comes, from now on; the end of one is the end of the other. */
    private static void join(NetSocket client, NetSocket provider) {
        client.closeHandler(closed -> provider.close());
        provider.closeHandler(closed -> client.close());
        pass(client, provider);
        pass(provider, client);
    }

    /**
     * Passes on what comes one way. A pipe of Vert.x looks for room, and only then asks to be told of it: between two event loops the
     * telling may come in between, and never again.
     */
    private static void pass(NetSocket from, NetSocket to) {
        to.drainHandler(drained -> from.resume());
        from.handler(bytes -> {
            to.write(bytes);
            if (to.writeQueueFull()) {
                from.pause();
                if (!to.writeQueueFull()) {
                    from.resume();
                }
            }
        });
        from.endHandler(end -> to.end());
        from.exceptionHandler(broken -> to.close());
        from.resume();
    }
}
