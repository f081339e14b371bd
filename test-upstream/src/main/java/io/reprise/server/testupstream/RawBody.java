package io.reprise.server.testupstream;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * A body of any bytes, for answers that no honest renderer would produce.
 *
 * @param status 200 to 599
 * @param bytes not copied; not to be changed afterwards
 */
public record RawBody(int status, String contentType, byte[] bytes) implements Content {

    public RawBody {
        Objects.requireNonNull(contentType, "contentType");
        Objects.requireNonNull(bytes, "bytes");
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status must be 200 to 599: " + status);
        }
    }

    public static RawBody json(int status, String body) {
        return new RawBody(status, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    /** 200 with these bytes as {@code text/event-stream}. */
    public static RawBody events(String body) {
        return new RawBody(200, "text/event-stream; charset=utf-8", body.getBytes(StandardCharsets.UTF_8));
    }

    /** 200, said to be JSON, that is a page of a load balancer. */
    public static RawBody notJson() {
        return json(200, "<html><body><h1>It works!</h1></body></html>");
    }

    /** 200 with a body that is complete on the wire but stops within its JSON. */
    public static RawBody truncatedJson() {
        return json(200, """
                {"id":"chatcmpl-cut","object":"chat.completion","created":1700000000,"model":"gpt-4o-2024-08-06",\
                "choices":[{"index":0,"message":{"role":"assistant","content":"This answer is not com""");
    }

    /** A stream whose second event is no JSON and whose {@code [DONE]} comes nevertheless. */
    public static RawBody brokenEvents() {
        return events("""
                data: {"id":"chatcmpl-broken","object":"chat.completion.chunk","created":1700000000,\
                "model":"gpt-4o-2024-08-06","choices":[{"index":0,"delta":{"role":"assistant","content":"Half"},\
                "logprobs":null,"finish_reason":null}]}

                data: {"id":"chatcmpl-broken","object":"chat.comp

                data: [DONE]

                """);
    }
}
