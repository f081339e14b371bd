package io.reprise.server.reply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** Errors of drop-in routes, each in the shape its wire's SDKs read. */
public enum WireErrors {
    OPENAI {
        @Override
        ObjectNode body(String type, String message, @Nullable String param) {
            ObjectNode body = StrictJson.object();
            body.putObject("error")
                    .put("message", message)
                    .put("type", type)
                    .put("param", param)
                    .put("code", type);
            return body;
        }
    },
    ANTHROPIC {
        @Override
        ObjectNode body(String type, String message, @Nullable String param) {
            ObjectNode body = StrictJson.object().put("type", "error");
            body.putObject("error").put("type", type).put("message", message);
            return body;
        }
    };

    abstract ObjectNode body(String type, String message, @Nullable String param);

    /** Writes an error whose message starts with our name, so that nobody looks for it upstream. */
    public void write(HttpServerResponse response, int status, String type, String message) {
        Replies.json(response, status, body(type, "Reprise: " + message, null));
    }

    public void write(HttpServerResponse response, Problem problem) {
        Problem.Field first =
                problem.errors().isEmpty() ? null : problem.errors().getFirst();
        String message = first == null ? problem.getMessage() : first.field() + " " + first.problem();
        problem.writeRetryAfter(response);
        Replies.json(
                response,
                problem.status(),
                body(problem.type(), "Reprise: " + message, first == null ? null : first.field()));
    }
}
