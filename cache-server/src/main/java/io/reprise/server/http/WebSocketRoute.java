package io.reprise.server.http;

import io.reprise.server.gateway.Tab;
import io.reprise.server.gateway.WebSockets;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.upstream.Provider;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;

/**
 * WebSockets (RFC 6455) of the provider's API, such as {@code /v1/realtime}: upstream answers the handshake, and from then on every byte
 * passes as it comes, both ways, each as fast as its reader takes it. So extensions, sub-protocols, pings and close codes are between
 * client and upstream. A connection on which nothing passes for as long as an answer may be silent is closed.
 */
final class WebSocketRoute {
    private final WebPages pages;
    private final CallTabs tabs;
    private final WebSockets sockets;
    private final PassThroughRoute passThrough;
    private final Provider openAi;

    /**
     * @param passThrough says where a request goes
     * @param openAi where it goes when no other upstream takes it
     */
    WebSocketRoute(WebPages pages, CallTabs tabs, WebSockets sockets, PassThroughRoute passThrough, Provider openAi) {
        this.pages = pages;
        this.tabs = tabs;
        this.sockets = sockets;
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
        Tab tab = tabs.open(context, PassThroughRoute.endpoint(context.normalizedPath()), WireErrors.OPENAI);
        try {
            open(request, tab);
        } catch (Problem problem) {
            tab.refused(problem);
            WireErrors.OPENAI.write(request.response(), problem);
        }
    }

    /** A handshake has no body: one upstream would take what follows for it. */
    private static boolean isHandshake(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_1_1
                && "websocket".equalsIgnoreCase(request.getHeader("upgrade"))
                && !RequestBodies.mayHaveBody(request);
    }

    private void open(HttpServerRequest request, Tab tab) {
        HttpServerResponse response = request.response();
        // A browser sends it for any page, and lets that page read what comes.
        if (pages.sender(request) == WebPages.Sender.FOREIGN) {
            Problem refusal = Problem.foreignPage();
            tab.refused(refusal);
            WireErrors.OPENAI.write(response, refusal.status(), "permission_error", refusal.getMessage());
            return;
        }
        tabs.caller(request, tab);
        RequestBody.Unread unread = unread(request);
        Provider provider = passThrough.provider(request, unread, openAi);
        sockets.open(request, tab, PassThroughRoute.named(request, unread), provider);
    }

    /** What the address names no model for may be for any: a message says so, and messages are not read. */
    private static RequestBody.Unread unread(HttpServerRequest request) {
        boolean named = !(ModelName.ofQuery(request.query()) instanceof ModelName.None);
        return new RequestBody.Unread(
                Buffer.buffer(), "websocket", named ? new ModelName.None() : new ModelName.Unknown());
    }
}
