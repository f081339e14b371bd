package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Caller;
import io.reprise.server.gateway.Clamp;
import io.reprise.server.gateway.DropIn;
import io.reprise.server.gateway.Exchange;
import io.reprise.server.gateway.Gateway;
import io.reprise.server.gateway.Tab;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** A provider's route that is cached: reads its calls, and hands them to the {@link Gateway}; what cannot be read passes through. */
final class DropInRoute {
    private final DropIn dropIn;
    private final CallTabs tabs;
    private final Upstreams upstreams;
    private final TokenCounter tokens;
    private final PassThroughRoute passThrough;
    private final Gateway gateway;
    private final RequestBodies bodies;

    /**
     * @param bodies reads bodies of up to the largest that is looked up; a larger one streams through
     */
    DropInRoute(
            DropIn dropIn,
            CallTabs tabs,
            Upstreams upstreams,
            TokenCounter tokens,
            PassThroughRoute passThrough,
            Gateway gateway,
            RequestBodies bodies) {
        this.dropIn = dropIn;
        this.tabs = tabs;
        this.upstreams = upstreams;
        this.tokens = tokens;
        this.passThrough = passThrough;
        this.gateway = gateway;
        this.bodies = bodies;
    }

    void handle(RoutingContext context) {
        HttpServerRequest request = ClientPaths.paused(context);
        Tab tab = tabs.open(context, dropIn.format().wire().path(), dropIn.errors());
        try {
            Caller caller = tabs.caller(request, tab);
            boolean findsModel = upstreams.modelsDecide(dropIn.provider(), request.path());
            switch (bodies.read(context, findsModel)) {
                case RequestBody.Unread unread ->
                    passThrough.forward(request, tab, unread, dropIn.provider(), dropIn.errors());
                case RequestBody.Plain plain -> {
                    try {
                        gateway.answer(bodies.work(
                                plain.bytes().length(), () -> exchange(request, tab, caller, plain.bytes())));
                    } catch (MalformedRequestException e) {
                        // What we cannot read without doubt, upstream may: it is asked as if we were not here.
                        passThrough.forward(
                                request, tab, bodies.unreadable(request, plain), dropIn.provider(), dropIn.errors());
                    }
                }
            }
        } catch (Problem problem) {
            tab.refused(problem);
            bodies.refuse(request, problem, dropIn.errors());
        }
    }

    private Exchange exchange(HttpServerRequest request, Tab tab, Caller caller, Buffer bytes) {
        long start = System.nanoTime();
        ObjectNode parsed = StrictJson.parseRequest(bytes.getBytes());
        boolean ourField = CallControls.ours(parsed.path("cache"));
        ObjectNode ours = ourField ? (ObjectNode) parsed.path("cache") : StrictJson.object();
        CacheControls controls = CallControls.read(request.headers(), ours);
        Clamp clamp = Clamp.asked(
                tab, ClientPaths.deployment(request), parsed, dropIn.format().wire(), tokens);
        ObjectNode body = clamp == null ? parsed : clamp.body();
        Buffer sent = clamp == null ? bytes : Buffer.buffer(StrictJson.bytes(body));
        ObjectNode asked = ourField ? body.deepCopy().<ObjectNode>without("cache") : body;
        Call call = dropIn.format().read(ClientPaths.withModel(request, asked));
        String chosenBy = ClientPaths.chosenBy(request, call.model());
        Provider provider = upstreams.choose(dropIn.provider(), request.path(), chosenBy);
        CacheQuery query = Prompts.query(
                call,
                new CallerScope(
                        caller.principal(),
                        controls.namespace(),
                        controls.context(),
                        upstreams.nameInScope(dropIn.provider(), request.path(), chosenBy),
                        Features.of(request)));
        tab.asks(query.namespace(), query.model(), call.stream());
        tab.prompts(query.text());
        tab.took("parse", System.nanoTime() - start);
        return new Exchange(request, sent, body, ourField, call, provider, query, controls, tab);
    }
}
