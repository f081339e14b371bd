package io.reprise.server.upstream;

import static java.util.Objects.requireNonNull;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

/**
 * A request on its way upstream whose body is at hand; it belongs to no client's connection.
 *
 * @param target path and query as the client sent them
 * @param headers the client's, not to be changed any more; what must not go through is taken out on the way
 * @param body all of it
 * @param readable whether the answer's body must arrive decoded, so that it can be read here; otherwise it comes as the client
 *     accepts it
 */
public record Outgoing(HttpMethod method, String target, MultiMap headers, Buffer body, boolean readable) {
    public Outgoing {
        requireNonNull(method, "method");
        requireNonNull(headers, "headers");
        requireNonNull(body, "body");
        if (!target.startsWith("/") && !target.equals("*")) {
            throw new IllegalArgumentException("target is " + target + "; allowed: a path, perhaps with a query");
        }
    }

    /** A client's request with this body in place of its own. */
    public static Outgoing of(HttpServerRequest client, Buffer body, boolean readable) {
        return new Outgoing(client.method(), target(client), client.headers(), body, readable);
    }

    /** Path and query as they came; a client that takes us for a proxy sends them behind an origin (RFC 9112, section 3.2.2). */
    static String target(HttpServerRequest client) {
        String uri = client.uri();
        if (uri.startsWith("/")) {
            return uri;
        }
        int path = uri.indexOf('/', uri.indexOf("://") + 3);
        return path < 0 ? "/" : uri.substring(path);
    }

    /** Leaves headers and body out. */
    @Override
    public String toString() {
        return method + " " + target;
    }
}
