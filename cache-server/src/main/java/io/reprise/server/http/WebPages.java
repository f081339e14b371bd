package io.reprise.server.http;

import io.reprise.server.config.ServerConfig;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.UnreadBody;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Keeps the pages of other web sites out, but for those that the operator names. Thread-safe.
 *
 * <p>A browser sends requests for any page to any server that it reaches, one on loopback among them, and only hides the answer. So a
 * page could store what it likes under the anonymous principal, or spend the operator's key. Browsers say for whose page they send: in
 * {@code Origin} (Fetch standard, section 3.2) and {@code Sec-Fetch-Site} (Fetch Metadata, section 2.2), which no page can forge.
 * Programs send neither.
 *
 * <p>CORS, by which a page may read answers, is ours alone to grant: what upstream says of it holds for its own host.
 */
final class WebPages {
    /** Who sent a request, as far as a browser says. */
    enum Sender {
        /** A program, or a page of our own. */
        OURS,
        /** A page of a site that the operator names. */
        ALLOWED,
        /** A page of another site. */
        FOREIGN
    }

    private static final Set<HttpMethod> CHANGES_NOTHING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String PREFLIGHT_SECONDS = "600";

    private final Vertx vertx;
    private final Set<String> allowed;

    WebPages(Vertx vertx, ServerConfig config) {
        this.vertx = vertx;
        this.allowed = Set.copyOf(config.http().allowedOrigins());
    }

    /** Who sent a request. */
    Sender sender(HttpServerRequest request) {
        String origin = request.getHeader("origin");
        if (origin != null && allowed.contains(origin)) {
            return Sender.ALLOWED;
        }
        String site = request.getHeader("sec-fetch-site");
        boolean foreign =
                (origin != null && !isOwn(origin, request)) || "cross-site".equals(site) || "same-site".equals(site);
        return foreign ? Sender.FOREIGN : Sender.OURS;
    }

    /** Refuses what foreign pages may not do, answers preflights, and lets all else on to the routes. */
    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        switch (sender(request)) {
            case OURS -> context.next();
            case ALLOWED -> {
                context.addHeadersEndHandler(end -> share(request));
                if (isPreflight(request)) {
                    preflight(request);
                } else {
                    context.next();
                }
            }
            case FOREIGN -> {
                context.addHeadersEndHandler(end -> withoutGrants(request.response()));
                if (CHANGES_NOTHING.contains(request.method()) && !isPreflight(request)) {
                    context.next();
                } else {
                    Admission.refuse(context, Problem.foreignPage());
                }
            }
        }
    }

    /** A page of the host that the request names; {@link Admission} has seen to it that this is ours. */
    private static boolean isOwn(String origin, HttpServerRequest request) {
        return request.authority() != null && origin.endsWith("//" + request.authority());
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains("access-control-request-method");
    }

    private static void share(HttpServerRequest request) {
        MultiMap headers = withoutGrants(request.response());
        headers.set("access-control-allow-origin", request.getHeader("origin"))
                .set("access-control-expose-headers", "*")
                .add("vary", "origin");
        if (isPreflight(request)) {
            headers.set("access-control-allow-methods", METHODS).set("access-control-max-age", PREFLIGHT_SECONDS);
            if (request.headers().contains("access-control-request-headers")) {
                headers.set("access-control-allow-headers", request.getHeader("access-control-request-headers"));
            }
            if (request.headers().contains("access-control-request-private-network")) {
                headers.set("access-control-allow-private-network", "true");
            }
        }
    }

    private static MultiMap withoutGrants(HttpServerResponse response) {
        MultiMap headers = response.headers();
        List.copyOf(headers.names()).stream()
                .filter(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control-"))
                .forEach(headers::remove);
        return headers;
    }

    private void preflight(HttpServerRequest request) {
        UnreadBody.discard(vertx, request);
        request.response().setStatusCode(204).end();
    }
}
