package io.reprise.server.gateway;

import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.protocol.Usage;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.UnreadBody;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.upstream.ForwardedHeaders;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Relay;
import io.reprise.server.upstream.UpstreamException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The way of a call that is not looked up: forwarded untouched, of any size, as it comes. */
public final class PassThrough {
    /** Routes whose calls cost money, and so count as calls. */
    private static final Set<String> BILLED =
            Set.of("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings", "/v1/messages");
    /** Neither the model nor the tokens are known without reading the body: the ledger counts such a call as unpriced. */
    private static final Usage UNKNOWN = Usage.of(0, 0, true);

    private final Vertx vertx;
    private final UpstreamDoor upstream;

    PassThrough(Vertx vertx, UpstreamDoor upstream) {
        this.vertx = vertx;
        this.upstream = upstream;
    }

    /**
     * One request.
     *
     * @param request paused, or read to its end
     * @param tab of a call whose caller is known
     * @param start what of its body has been read
     * @param model that it names, as far as that is known
     * @param why a word for {@code Cache-Status}
     * @param errors its shape of errors
     */
    public record Passing(
            HttpServerRequest request,
            Tab tab,
            Buffer start,
            @Nullable String model,
            String why,
            WireErrors errors) {}

    /**
     * Forwards a request and its answer. Returns when that has ended.
     *
     * @throws Problem when it may not be forwarded
     */
    public void forward(Passing call, Provider provider) {
        Tab tab = call.tab();
        Clamp.none(tab, call.model());
        HttpServerRequest request = call.request();
        HttpServerResponse response = request.response();
        opens(call);
        HttpClientResponse answer;
        try {
            answer = Future.await(upstream.forward(tab, provider, request, call.start()));
        } catch (UpstreamException e) {
            CacheStatus.forwarded(response, CallOutcome.BYPASS, 0, Kept.UNSAID, call.why());
            UnreadBody.discard(vertx, request);
            if (e.retryAfterSeconds() != null) {
                response.putHeader("retry-after", e.retryAfterSeconds());
            }
            tab.settlesWithHead();
            call.errors().write(response, e.status(), "upstream_error", e.getMessage());
            return;
        }
        response.setStatusCode(answer.statusCode());
        response.headers().setAll(ForwardedHeaders.response(answer.headers()));
        CacheStatus.forwarded(response, CallOutcome.BYPASS, answer.statusCode(), Kept.UNSAID, call.why());
        if (!answer.headers().contains("content-length") && hasBody(request, answer)) {
            response.setChunked(true);
        }
        if (Future.await(Relay.start(answer, response, null, Relay.UNSEEN)) == Relay.End.CLIENT_GONE) {
            tab.clientLeft();
        }
        tab.settle();
    }

    private static void opens(Passing call) {
        Tab tab = call.tab();
        if (call.request().method().equals(HttpMethod.POST) && BILLED.contains(tab.endpoint())) {
            tab.unanswered(CallOutcome.BYPASS, call.why(), null);
            tab.uses(UNKNOWN);
        } else {
            tab.passes(call.why());
        }
    }

    /** RFC 9110, section 6.4.1: some answers have no body, and must not say how it is framed. */
    private static boolean hasBody(HttpServerRequest request, HttpClientResponse answer) {
        int status = answer.statusCode();
        return !request.method().equals(HttpMethod.HEAD) && status != 204 && status != 304;
    }
}
