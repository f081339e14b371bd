package io.reprise.server.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;

/** Routes that only read: HEAD is answered as GET is, without the body (RFC 9110, section 9.3.2). */
final class Reads {
    private Reads() {}

    static Route route(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }
}
