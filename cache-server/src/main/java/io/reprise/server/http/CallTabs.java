package io.reprise.server.http;

import io.reprise.server.access.Caller;
import io.reprise.server.access.Callers;
import io.reprise.server.gateway.Tab;
import io.reprise.server.gateway.Tabs;
import io.reprise.server.reply.WireErrors;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** Opens the tabs of routes whose calls have one, and sees to it that each is settled when its handlers have returned. Thread-safe. */
final class CallTabs {
    private static final String TAB = "reprise.tab";

    private final Tabs tabs;
    private final Callers callers;

    CallTabs(Tabs tabs, Callers callers) {
        this.tabs = tabs;
        this.callers = callers;
    }

    /** Settles what is still open when all handlers after this one have returned, that of failures among them. */
    void handle(RoutingContext context) {
        try {
            context.next();
        } finally {
            if (context.get(TAB) instanceof Tab tab) {
                tab.close();
            }
        }
    }

    /**
     * Opens the tab of a call to a provider.
     *
     * @param endpoint the route, without ids or a query
     */
    Tab open(RoutingContext context, String endpoint, WireErrors wire) {
        return open(context, endpoint, wire.name().toLowerCase(Locale.ROOT));
    }

    /** Opens the tab of a call to us. */
    Tab ofOurs(RoutingContext context, String endpoint) {
        return open(context, endpoint, "native");
    }

    private Tab open(RoutingContext context, String endpoint, String wire) {
        Tab tab = tabs.open(context.request(), endpoint, wire);
        context.put(TAB, tab);
        // The response's own handler is the context's, which others use too.
        context.addHeadersEndHandler(now -> tab.headLeaves());
        return tab;
    }

    /**
     * Finds out who calls, and writes it down.
     *
     * @throws io.reprise.server.reply.Problem where a proxy has to name the caller, and does not, or names two
     */
    Caller caller(HttpServerRequest request, Tab tab) {
        Caller caller = callers.identify(request);
        tab.by(caller);
        return caller;
    }
}
