package io.reprise.benchmarks.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.benchmarks.corpus.Prompt;
import io.reprise.server.protocol.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Requests as bytes, with the headers that clients commonly send. */
final class Requests {
    private static final String COMMON =
            "host: 127.0.0.1\r\naccept: application/json\r\nuser-agent: reprise-benchmarks\r\naccept-encoding: identity\r\n";

    private Requests() {}

    /** A chat call of one user message. */
    static byte[] chat(String prompt) {
        return post("/v1/chat/completions", asking(Prompt.MODEL, prompt));
    }

    /** The same, streamed. */
    static byte[] streamedChat(String prompt, String... headers) {
        return post("/v1/chat/completions", asking(Prompt.MODEL, prompt).put("stream", true), headers);
    }

    /** A call of one user message, in the form that OpenAI's chat and Anthropic's messages have in common. */
    static ObjectNode asking(String model, String prompt) {
        ObjectNode body = StrictJson.object().put("model", model);
        body.putArray("messages").addObject().put("role", "user").put("content", prompt);
        return body;
    }

    /** A native lookup of the same. */
    static byte[] lookup(String prompt) {
        return post(
                "/v1/cache/lookup", StrictJson.object().put("prompt", prompt).put("model", Prompt.MODEL));
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

    /** A call of any route, with further headers, {@code name: value} each. */
    static byte[] post(String path, ObjectNode json, String... headers) {
        byte[] body = StrictJson.bytes(json);
        String more = Arrays.stream(headers).map(header -> header + "\r\n").collect(Collectors.joining());
        byte[] head = ("POST " + path + " HTTP/1.1\r\n" + COMMON + more
                        + "content-type: application/json\r\ncontent-length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        return all;
    }
}
