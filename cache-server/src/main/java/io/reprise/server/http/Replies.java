package io.reprise.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;

/** Writes whole answers. */
final class Replies {
    private Replies() {}

    static void json(HttpServerResponse response, int status, JsonNode body) {
        send(response, status, "application/json", StrictJson.bytes(body));
    }

    static void csv(HttpServerResponse response, Csv lines) {
        send(response, 200, Csv.TYPE, lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    static void send(HttpServerResponse response, int status, String contentType, byte[] body) {
        response.setStatusCode(status).putHeader("content-type", contentType).end(Buffer.buffer(body));
    }
}
