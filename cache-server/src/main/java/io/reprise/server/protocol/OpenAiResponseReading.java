package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.protocol.Answers.Reading;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads OpenAI {@code response} objects: whether they are whole, and what they cost. */
final class OpenAiResponseReading {
    /** Items that ask nothing of the client. */
    private static final Set<String> SAID =
            Set.of("message", "reasoning", "web_search_call", "file_search_call", "compaction");

    private OpenAiResponseReading() {}

    /**
     * Reads a response.
     *
     * @param json its bytes, kept as they are
     * @param tree the same, parsed
     * @param keepTruncated whether an answer that ended by its limit of tokens counts as whole; one that calls tools never does
     */
    static Reading read(byte[] json, JsonNode tree, boolean keepTruncated) {
        String model = tree.path("model").textValue();
        Usage usage = WireUsage.openAiResponse(tree);
        String why = whyNotKept(tree, keepTruncated);
        if (why != null) {
            return new Reading.NotKept(why, model, usage);
        }
        return new Reading.Whole(
                new Completion(Completion.Form.OPENAI_RESPONSE, json, model, usage, callsTools(tree.path("output"))));
    }

    private static @Nullable String whyNotKept(JsonNode tree, boolean keepTruncated) {
        JsonNode output = tree.path("output");
        if (tree.hasNonNull("error") || !"response".equals(tree.path("object").asText()) || !isListOfItems(output)) {
            return "not-an-answer";
        }
        String stopped = tree.path("incomplete_details").path("reason").asText();
        boolean complete =
                "completed".equals(tree.path("status").textValue()) && !tree.hasNonNull("incomplete_details");
        boolean cutButKept = keepTruncated
                && "incomplete".equals(tree.path("status").textValue())
                && stopped.equals("max_output_tokens")
                && !callsTools(output);
        if (!complete && !cutButKept) {
            return stopped.equals("content_filter") ? "filtered" : "incomplete";
        }
        boolean says = false;
        for (JsonNode item : output) {
            if (complete && !item.path("status").asText("completed").equals("completed")) {
                return "incomplete";
            }
            for (JsonNode part : item.path("content")) {
                if ("refusal".equals(part.path("type").textValue())) {
                    return "refusal";
                }
                says |= "output_text".equals(part.path("type").textValue())
                        && !part.path("text").textValue().isEmpty();
            }
        }
        return says || callsTools(output) ? null : "empty";
    }

    /** Whether what will be taken apart to be replayed is made as every reader expects. */
    private static boolean isListOfItems(JsonNode output) {
        boolean asExpected = output.isArray();
        for (JsonNode item : output) {
            asExpected &= item.isObject() && item.path("type").isTextual();
            for (JsonNode part : item.path("content")) {
                boolean text = "output_text".equals(part.path("type").textValue());
                asExpected &= part.isObject() && (!text || part.path("text").isTextual());
            }
        }
        return asExpected;
    }

    /** An item of a type that is not known may ask for anything. */
    private static boolean callsTools(JsonNode output) {
        for (JsonNode item : output) {
            if (!SAID.contains(item.path("type").asText())) {
                return true;
            }
        }
        return false;
    }
}
