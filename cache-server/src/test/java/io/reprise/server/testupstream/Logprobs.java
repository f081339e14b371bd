package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The {@code logprobs} of tokens: made up, falling with the rank, the same for the same token. */
final class Logprobs {

    private Logprobs() {}

    /** {@code {"content":[...],"refusal":null}}, with {@code top} alternatives for each token. */
    static ObjectNode of(List<String> tokens, int top) {
        ObjectNode logprobs = Json.object();
        ArrayNode content = logprobs.putArray("content");
        for (String token : tokens) {
            ObjectNode entry = content.addObject();
            describe(entry, token, 0);
            ArrayNode alternatives = entry.putArray("top_logprobs");
            for (int rank = 0; rank < top; rank++) {
                describe(alternatives.addObject(), rank == 0 ? token : token + rank, rank);
            }
        }
        logprobs.putNull("refusal");
        return logprobs;
    }

    private static void describe(ObjectNode entry, String token, int rank) {
        entry.put("token", token);
        entry.put("logprob", -(Math.floorMod(token.hashCode(), 1000) / 1000.0 + rank));
        ArrayNode bytes = entry.putArray("bytes");
        for (byte b : token.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b & 0xFF);
        }
    }
}
