package io.reprise.server.gateway;

import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.upstream.ForwardedHeaders;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.UpstreamException;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import org.jspecify.annotations.Nullable;

/**
 * The way of a WebSocket (RFC 6455): upstream answers the handshake, and from then on every byte passes as it comes, both ways, each as
 * fast as its reader takes it. Its tab is settled when it is closed.
 */
public final class WebSockets {
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final String WHY = "route";

    private final UpstreamDoor upstream;

    WebSockets(UpstreamDoor upstream) {
        this.upstream = upstream;
    }

    /**
     * Passes a handshake on, and what follows it. Returns when it is answered.
     *
     * @param tab of a call whose caller is known
     * @param model that it names, as far as that is known
     * @throws io.reprise.server.reply.Problem when it may not be opened
     */
    public void open(HttpServerRequest request, Tab tab, @Nullable String model, Provider provider) {
        HttpServerResponse response = request.response();
        Clamp.none(tab, model);
        tab.passes(WHY);
        HttpClientResponse answer;
        try {
            answer = Future.await(upstream.upgrade(tab, provider, request));
        } catch (UpstreamException e) {
            CacheStatus.forwarded(response, CallOutcome.BYPASS, 0, Kept.UNSAID, WHY);
            WireErrors.OPENAI.write(response, e.status(), "upstream_error", e.getMessage());
            return;
        }
        response.setStatusCode(answer.statusCode());
        response.headers().setAll(ForwardedHeaders.response(answer.headers()));
        CacheStatus.forwarded(response, CallOutcome.BYPASS, answer.statusCode(), Kept.UNSAID, WHY);
        if (answer.statusCode() == SWITCHING_PROTOCOLS) {
            response.putHeader("connection", "Upgrade").putHeader("upgrade", "websocket");
            NetSocket provided = answer.netSocket();
            tab.settlesLater();
            Future.await(request.toNetSocket()
                    .onSuccess(client -> join(client, provided, tab))
                    .onFailure(gone -> {
                        provided.close();
                        tab.settle();
                    }));
        } else {
            response.setChunked(!answer.headers().contains("content-length"));
            Future.await(Relay.start(answer, response, null, Relay.UNSEEN));
        }
    }

    /** Passes on what comes, from now on; the end of one is the end of the other. */
    private static void join(NetSocket client, NetSocket provider, Tab tab) {
        client.closeHandler(closed -> {
            provider.close();
            tab.settle();
        });
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
