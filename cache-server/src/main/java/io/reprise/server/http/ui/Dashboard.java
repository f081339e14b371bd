package io.reprise.server.http.ui;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The pages at {@code /}, and the ways into them: the administrator's token, or a link that is good once. Thread-safe.
 *
 * <p>What is refused is a {@link Problem}.
 */
public final class Dashboard {
    /** How long the code of a link is good. */
    static final Duration CODE_LIFE = Duration.ofMinutes(5);

    private static final int MAX_CODES = 100;
    private static final int MAX_BODY_BYTES = 8 * 1024;
    private static final long BODY_SECONDS = 10;
    private static final String CODE = "code";
    private static final String INDEX = "index.html";

    private final byte[] adminToken;
    private final Predicate<HttpServerRequest> administers;
    private final Passes sessions;
    private final Passes codes;
    private final Attempts attempts;
    private final Session session;
    private final Assets assets = new Assets();

    /**
     * @param adminToken what administrators send
     * @param administers whether an administrator sends a request
     * @param isOwnRoute whether a path is a route of ours, which is never forwarded
     * @param ours whether a request comes from a page of our own, or from a program
     */
    public Dashboard(
            String adminToken,
            Predicate<HttpServerRequest> administers,
            Predicate<String> isOwnRoute,
            Predicate<HttpServerRequest> ours,
            Clock clock) {
        this.adminToken = adminToken.getBytes(UTF_8);
        this.administers = administers;
        this.sessions = Session.passes(clock);
        this.codes = new Passes(CODE_LIFE, MAX_CODES, clock);
        this.attempts = new Attempts(clock);
        this.session = new Session(sessions, adminToken, isOwnRoute, ours);
    }

    /** Comes before all that asks who sends a request, and what cookies it has. */
    public void readSession(RoutingContext context) {
        session.handle(context);
    }

    /** Adds the routes. */
    public void mount(Router router) {
        reads(router, "/").handler(context -> page(context, 200));
        reads(router, "/assets/*").handler(this::asset);
        router.get("/login").handler(this::loginByLink);
        router.post("/login").handler(this::loginByToken);
        router.post("/logout").handler(this::logout);
        router.post("/v1/admin/login-codes").handler(this::code);
        reads(router, "/v1/admin/session").handler(this::whoAmI);
    }

    /** A path, with its query, that logs a browser in once within five minutes. */
    public String newLoginPath() {
        return "/login?" + CODE + "=" + codes.issue();
    }

    private static Route reads(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private void page(RoutingContext context, int status) {
        if (!assets.send(context.request(), INDEX, status)) {
            throw new IllegalStateException("the program lacks " + INDEX);
        }
    }

    private void asset(RoutingContext context) {
        String name = context.normalizedPath().substring("/assets/".length());
        if (name.equals(INDEX) || !assets.send(context.request(), name, 200)) {
            throw Problem.notFound("The dashboard has no such file.");
        }
    }

    /** A link that is not good shows the page, which then asks for the token. */
    private void loginByLink(RoutingContext context) {
        HttpServerRequest request = context.request();
        String code = request.getParam(CODE);
        String purpose = request.getHeader("sec-purpose");
        if (code == null) {
            page(context, 200);
        } else if (purpose != null && purpose.contains("prefetch")) {
            // A browser that looks ahead would use the link up before anybody has followed it.
            throw refused(403, "This link is not for looking ahead.");
        } else if (!begins(request)) {
            throw tooMany(request.response());
        } else if (codes.end(code)) {
            begin(context);
            context.response().setStatusCode(303).putHeader("location", "/").end();
        } else {
            page(context, 401);
        }
    }

    private void loginByToken(RoutingContext context) {
        HttpServerRequest request = context.request();
        String token = token(request);
        if (!begins(request)) {
            throw tooMany(request.response());
        }
        if (!MessageDigest.isEqual(token.getBytes(UTF_8), adminToken)) {
            throw refused(401, "This is not the administrator's token.");
        }
        begin(context);
        context.response().setStatusCode(204).end();
    }

    private static String token(HttpServerRequest request) {
        String length = request.getHeader("content-length");
        if (length == null || length.length() > 5 || Integer.parseInt(length) > MAX_BODY_BYTES) {
            throw refused(413, "The body must say its length, of at most " + MAX_BODY_BYTES + " bytes.");
        }
        try {
            Buffer body = Future.await(request.body()
                    .timeout(BODY_SECONDS, TimeUnit.SECONDS)
                    .recover(late -> Future.failedFuture(refused(408, "The body did not come, or not in time."))));
            ObjectNode object = StrictJson.parseObject(body.getBytes());
            JsonNode token = object.path("token");
            if (token.isTextual()) {
                return token.asText().strip();
            }
        } catch (MalformedRequestException e) {
            // Told below, with bodies of another shape.
        }
        throw refused(400, "The body must be {\"token\": \"...\"}.");
    }

    private static Problem refused(int status, String detail) {
        return new Problem(status, "Login refused", detail, List.of());
    }

    private boolean begins(HttpServerRequest request) {
        return attempts.begin(address(request));
    }

    private static String address(HttpServerRequest request) {
        return String.valueOf(request.remoteAddress().hostAddress());
    }

    private static Problem tooMany(HttpServerResponse response) {
        response.putHeader("retry-after", Long.toString(Attempts.PAUSE.toSeconds()));
        return refused(429, "Too many attempts to log in have failed; wait a minute.");
    }

    private void begin(RoutingContext context) {
        attempts.succeeded(address(context.request()));
        String before = Session.of(context);
        if (before != null) {
            sessions.end(before);
        }
        setCookie(context, sessions.issue(), Session.LIFE.toSeconds());
    }

    private void logout(RoutingContext context) {
        String ended = Session.of(context);
        if (ended != null) {
            sessions.end(ended);
        }
        setCookie(context, "", 0);
        context.response().setStatusCode(204).end();
    }

    private static void setCookie(RoutingContext context, String value, long seconds) {
        Assets.secure(context.response())
                .putHeader("cache-control", "no-store")
                .putHeader(
                        "set-cookie",
                        Session.COOKIE + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Strict"
                                + (context.request().isSSL() ? "; Secure" : ""));
    }

    private void code(RoutingContext context) {
        if (!administers.test(context.request())) {
            throw Problem.forbidden();
        }
        send(
                context,
                201,
                StrictJson.object().put("path", newLoginPath()).put("expires_in_seconds", CODE_LIFE.toSeconds()));
    }

    /** So that a page knows whether to ask for the token. */
    private void whoAmI(RoutingContext context) {
        boolean administrator = administers.test(context.request());
        send(context, 200, StrictJson.object().put("administrator", administrator));
    }

    private static void send(RoutingContext context, int status, JsonNode body) {
        context.response().putHeader("cache-control", "no-store");
        Replies.json(context.response(), status, body);
    }
}
