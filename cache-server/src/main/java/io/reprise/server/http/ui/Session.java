package io.reprise.server.http.ui;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in, by a cookie. Thread-safe.
 *
 * <p>The cookie is taken out of every request that brings it: it tells nobody apart, and no upstream sees it. On routes of our own alone,
 * and only for our own pages, what its bearer may do is said in the words in which a program says it, the administrator's header.
 */
final class Session {
    static final String COOKIE = "reprise_session";
    static final Duration LIFE = Duration.ofHours(12);

    private static final int MAX_SESSIONS = 1000;
    private static final String ADMIN_HEADER = "x-reprise-admin";
    /** No page of another origin may send it unless a preflight allows that (Fetch standard, section 3.2.2). */
    private static final String CSRF_HEADER = "x-reprise-csrf";

    private static final Set<HttpMethod> CHANGES_NOTHING = Set.of(HttpMethod.GET, HttpMethod.HEAD);

    private final Passes sessions;
    private final String adminToken;
    private final Predicate<String> isOwnRoute;
    private final Predicate<HttpServerRequest> ours;

    /**
     * @param isOwnRoute whether a path is a route of ours, which is never forwarded
     * @param ours whether a request comes from a page of our own, or from a program
     */
    Session(Passes sessions, String adminToken, Predicate<String> isOwnRoute, Predicate<HttpServerRequest> ours) {
        this.sessions = sessions;
        this.adminToken = adminToken;
        this.isOwnRoute = isOwnRoute;
        this.ours = ours;
    }

    static Passes passes(Clock clock) {
        return new Passes(LIFE, MAX_SESSIONS, clock);
    }

    /** Takes the cookie out of a request, and lets its bearer do on our own routes what an administrator may. */
    void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.headers().contains("cookie")) {
            String session = taken(request.headers());
            if (session != null
                    && isOwnRoute.test(context.normalizedPath())
                    && mayAct(request)
                    && sessions.holds(session)) {
                request.headers().set(ADMIN_HEADER, adminToken);
            }
            context.put(COOKIE, session);
        }
        context.next();
    }

    /** The session that a request brought, good or not; null for none. */
    static @Nullable String of(RoutingContext context) {
        return context.get(COOKIE);
    }

    private boolean mayAct(HttpServerRequest request) {
        return ours.test(request)
                && (CHANGES_NOTHING.contains(request.method())
                        || request.headers().contains(CSRF_HEADER));
    }

    /** The first of that name, as a browser sends the most special one first (RFC 6265, section 5.4). */
    private static @Nullable String taken(MultiMap headers) {
        String found = null;
        List<String> others = new ArrayList<>();
        for (String header : headers.getAll("cookie")) {
            for (String pair : header.split(";", -1)) {
                String cookie = pair.strip();
                if (!cookie.startsWith(COOKIE + "=")) {
                    others.add(cookie);
                } else if (found == null) {
                    found = cookie.substring(COOKIE.length() + 1);
                }
            }
        }
        if (found != null) {
            headers.remove("cookie");
            String rest = String.join("; ", others);
            if (!rest.isEmpty()) {
                headers.set("cookie", rest);
            }
        }
        return found;
    }
}
