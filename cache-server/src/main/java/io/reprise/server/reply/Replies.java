package io.reprise.server.reply;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

/** Writes whole answers. */
public final class Replies {
    private Replies() {}

    public static void json(HttpServerResponse response, int status, JsonNode body) {
        send(response, status, "application/json", StrictJson.bytes(body));
    }

    public static void send(HttpServerResponse response, int status, String contentType, byte[] body) {
        response.setStatusCode(status).putHeader("content-type", contentType).end(Buffer.buffer(body));
    }
}
