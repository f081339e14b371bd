package io.reprise.server.http;

import io.reprise.server.config.ServerConfig;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.UnreadBody;
import io.reprise.server.reply.WireErrors;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses requests that no route may see: of a name that is not ours, of a method that no provider has, or of a path
 * that upstream may
 * read as another one. Thread-safe.
 *
 * <p>A page may give its own host's name the address 127.0.0.1 (DNS rebinding). Its requests are of the same origin to
 * the browser, but
 * they carry that name: a server on loopback answers to loopback's names alone, and to those that its operator adds.
 */
final class Admission {
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.PATCH,
            HttpMethod.DELETE,
            HttpMethod.OPTIONS);

    private final Vertx vertx;
    private final Set<String> names;
    private final boolean anyName;

    Admission(Vertx vertx, ServerConfig config) {
        this.vertx = vertx;
        this.names = Set.copyOf(config.http().allowedHosts());
        this.anyName = config.listensBeyondLoopback() && names.isEmpty();
    }

    /** Lets a request on to the router, or refuses it: some of these the router itself could not read. */
    boolean admits(HttpServerRequest request) {
        Problem problem = problem(request);
        if (problem == null) {
            return true;
        }
        if (problem.status() == 405) {
            request.response().putHeader("allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        }
        refuse(vertx, request, problem);
        return false;
    }

    private @Nullable Problem problem(HttpServerRequest request) {
        if (!METHODS.contains(request.method())) {
            return Problem.method();
        }
        String path = request.path();
        if (path == null || !Paths.isPlain(path)) {
            return Problem.path();
        }
        List<String> hosts = request.headers().getAll("host");
        if (hosts.isEmpty() && request.version() == HttpVersion.HTTP_1_0) {
            // No browser speaks it, and it asks for no Host.
            return null;
        }
        HostAndPort authority = request.authority();
        if (hosts.size() > 1 || authority == null || !isName(authority.host())) {
            return Problem.host();
        }
        return isOurs(authority.host()) && isOursInTarget(request.uri()) ? null : Problem.misdirected();
    }

    /** A target with an origin of its own is for that one (RFC 9112, section 3.2.2). */
    private boolean isOursInTarget(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        if (scheme < 0) {
            return true;
        }
        int from = scheme + 3;
        int end = from;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
            end++;
        }
        HostAndPort authority = HostAndPort.parseAuthority(target.substring(from, end), -1);
        return authority != null && isOurs(authority.host());
    }

    private static boolean isName(String host) {
        return !host.isEmpty() && host.chars().allMatch(c -> c > ' ' && c < 0x7f && "/?#@\\".indexOf(c) < 0);
    }

    private boolean isOurs(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String name = (bracketed ? host.substring(1, host.length() - 1) : host).toLowerCase(Locale.ROOT);
        return anyName || !ServerConfig.beyondLoopback(name) || names.contains(name);
    }

    /** Writes a refusal in the shape that the clients of its route read. */
    static void refuse(Vertx vertx, HttpServerRequest request, Problem problem) {
        UnreadBody.discard(vertx, request);
        WireErrors errors = wire(request);
        if (errors == null) {
            problem.write(request.response());
        } else {
            errors.write(request.response(), problem);
        }
    }

    /** The wire of a provider's route; null for a route of our own. */
    private static @Nullable WireErrors wire(HttpServerRequest request) {
        String path = String.valueOf(request.path());
        if (!path.startsWith("/v1/") || path.startsWith("/v1/cache/") || path.startsWith("/v1/savings")) {
            return null;
        }
        boolean anthropic = path.startsWith("/v1/messages") || request.headers().contains("anthropic-version");
        return anthropic ? WireErrors.ANTHROPIC : WireErrors.OPENAI;
    }

    /** As {@link #refuse(Vertx, HttpServerRequest, Problem)}. */
    static void refuse(RoutingContext context, Problem problem) {
        refuse(context.vertx(), context.request(), problem);
    }
}
