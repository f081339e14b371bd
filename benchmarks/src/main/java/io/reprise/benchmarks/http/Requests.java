package io.reprise.benchmarks.http;

import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.server.protocol.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/** Requests as bytes, with the headers that clients commonly send. */
final class Requests {
    private static final String COMMON =
            "host: 127.0.0.1\r\naccept: application/json\r\nuser-agent: reprise-benchmarks\r\naccept-encoding: identity\r\n";

    private Requests() {}

    /** A chat call of one user message. */
    static byte[] chat(String prompt) {
        var body = StrictJson.object().put("model", Prompt.MODEL);
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        return post("/v1/chat/completions", StrictJson.bytes(body));
    }

    /** A native lookup of the same. */
    static byte[] lookup(String prompt) {
        return post(
                "/v1/cache/lookup",
                StrictJson.bytes(StrictJson.object().put("prompt", prompt).put("model", Prompt.MODEL)));
    }

    static byte[] get(String path) {
        return ("GET " + path + " HTTP/1.1\r\n" + COMMON + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    /** The requests of a list, one after the other, again and again. */
    static Supplier<byte[]> inTurn(List<byte[]> requests) {
        return new Supplier<>() {
            private int next;

            @Override
            public byte[] get() {
                byte[] request = requests.get(next);
                next = (next + 1) % requests.size();
                return request;
            }
        };
    }

    private static byte[] post(String path, byte[] body) {
        byte[] head = ("POST " + path + " HTTP/1.1\r\n" + COMMON + "content-type: application/json\r\ncontent-length: "
                        + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}
