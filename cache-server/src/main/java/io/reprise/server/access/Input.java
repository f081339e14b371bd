package io.reprise.server.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.StrictJson;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts the tokens that a call sends, rather too many than too few: what is set aside must hold.
 *
 * <p>All of the conversation, instructions and tools is counted as the JSON that it is, whose braces and names are more than the frames of
 * messages. Data in base64, such as pictures, counts by its size. Models whose tokens are not known here get a margin. Thread-safe.
 */
final class Input {
    private static final Set<String> PROMPT = Set.of(
            "messages",
            "input",
            "prompt",
            "suffix",
            "system",
            "instructions",
            "tools",
            "functions",
            "response_format",
            "text",
            "prediction");
    /** Longer texts without a space or a line's end are data. */
    private static final int DATA_CHARS = 4096;

    /** What a picture of any size costs at most with the providers that say so. */
    private static final long PICTURE_TOKENS = 3_000;

    private static final int DATA_CHARS_PER_TOKEN = 64;
    /** Anthropic's and Google's tokenizers make up to a third more of English text than the one that stands in for them. */
    private static final double MARGIN = 1.35;

    private static final List<String> COUNTED_AS_THEY_ARE =
            List.of("gpt-", "chatgpt-", "o1", "o3", "o4", "ft:gpt-", "text-embedding-", "davinci", "babbage");

    private final TokenCounter tokens;

    Input(TokenCounter tokens) {
        this.tokens = tokens;
    }

    long tokens(@Nullable String model, ObjectNode body) {
        ObjectNode counted = StrictJson.object();
        long data = 0;
        for (var field : body.properties()) {
            if (PROMPT.contains(field.getKey())) {
                data += data(field.getValue());
                counted.set(
                        field.getKey(), data > 0 ? withoutData(field.getValue().deepCopy()) : field.getValue());
            }
        }
        long text = tokens.count(model, counted.toString());
        return data + (isCountedAsItIs(model) ? text : (long) Math.ceil(text * MARGIN));
    }

    private static boolean isCountedAsItIs(@Nullable String model) {
        return model != null && COUNTED_AS_THEY_ARE.stream().anyMatch(model::startsWith);
    }

    /** Tokens of pictures, sound and files; a picture that the provider fetches counts like one that is sent. */
    private static long data(JsonNode node) {
        if (node.isTextual()) {
            return isData(node.textValue())
                    ? Math.max(PICTURE_TOKENS, node.textValue().length() / DATA_CHARS_PER_TOKEN)
                    : 0;
        }
        long tokens = node.has("image_url")
                        || node.path("source").path("type").asText().equals("url")
                ? PICTURE_TOKENS
                : 0;
        for (JsonNode child : node) {
            tokens += data(child);
        }
        return tokens;
    }

    private static JsonNode withoutData(JsonNode node) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> {
                if (field.getValue().isTextual() && isData(field.getValue().textValue())) {
                    field.setValue(object.textNode(""));
                } else {
                    withoutData(field.getValue());
                }
            });
        } else {
            node.forEach(Input::withoutData);
        }
        return node;
    }

    private static boolean isData(String text) {
        boolean named = text.startsWith("data:") && text.contains(";base64,");
        return named || (text.length() > DATA_CHARS && text.indexOf(' ') < 0 && text.indexOf('\n') < 0);
    }
}
