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
        logprobs.set("content", content(tokens, top));
        logprobs.putNull("refusal");
        return logprobs;
    }

    /** One entry for each token. */
    static ArrayNode content(List<String> tokens, int top) {
        ArrayNode content = Json.array();
        for (String token : tokens) {
            ObjectNode entry = content.addObject();
            describe(entry, token, 0);
            ArrayNode alternatives = entry.putArray("top_logprobs");
            for (int rank = 0; rank < top; rank++) {
                describe(alternatives.addObject(), alternative(token, rank), rank);
            }
        }
        return content;
    }

    /** As the older completions have them: {@code {"text_offset","token_logprobs","tokens","top_logprobs"}}. */
    static ObjectNode ofText(List<String> tokens, int top, int offset) {
        ObjectNode logprobs = Json.object();
        ArrayNode offsets = logprobs.putArray("text_offset");
        ArrayNode values = logprobs.putArray("token_logprobs");
        ArrayNode texts = logprobs.putArray("tokens");
        ArrayNode alternatives = logprobs.putArray("top_logprobs");
        int at = offset;
        for (String token : tokens) {
            offsets.add(at);
            values.add(logprob(token, 0));
            texts.add(token);
            ObjectNode best = alternatives.addObject();
            for (int rank = 0; rank < top; rank++) {
                best.put(alternative(token, rank), logprob(token, rank));
            }
            at += token.length();
        }
        return logprobs;
    }

    private static String alternative(String token, int rank) {
        return rank == 0 ? token : token + rank;
    }

    private static double logprob(String token, int rank) {
        return -(Math.floorMod(token.hashCode(), 1000) / 1000.0 + rank);
    }

    private static void describe(ObjectNode entry, String token, int rank) {
        entry.put("token", token);
        entry.put("logprob", logprob(token, rank));
        ArrayNode bytes = entry.putArray("bytes");
        for (byte b : token.getBytes(StandardCharsets.UTF_8)) {
            bytes.add(b & 0xFF);
        }
    }
}
