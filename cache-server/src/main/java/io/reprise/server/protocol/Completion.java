package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One complete answer, in the form in which it came, so that what is replayed is what was answered.
 *
 * @param form what {@code json} holds
 * @param json the answer in UTF-8 JSON, byte for byte as received or stored; a JSON string for {@link Form#TEXT}. Not modified
 * @param model the model that upstream says answered, or null
 * @param usage tokens the answer cost, or null when unknown
 * @param callsTools whether the answer asks for tools to be called
 */
public record Completion(
        Form form,
        byte[] json,
        @Nullable String model,
        @Nullable Usage usage,
        boolean callsTools) {

    /** Forms in which answers are stored. */
    public enum Form {
        /** A bare text. */
        TEXT,
        /** An OpenAI {@code chat.completion} object. */
        OPENAI_CHAT,
        /** An OpenAI {@code text_completion} object. */
        OPENAI_COMPLETION,
        /** An OpenAI {@code response} object. */
        OPENAI_RESPONSE,
        /** An Anthropic {@code message} object. */
        ANTHROPIC_MESSAGE,
        /** An OpenAI {@code embedding} object, of one input. */
        OPENAI_EMBEDDING
    }

    private static final byte NEWLINE = '\n';

    /** A bare text as an answer. */
    public static Completion ofText(String text, @Nullable String model, @Nullable Usage usage) {
        return new Completion(Form.TEXT, StrictJson.bytes(TextNode.valueOf(text)), model, usage, false);
    }

    /** The answer as a tree: a string or an object. */
    public JsonNode tree() {
        return StrictJson.parse(json);
    }

    /** The same answer with its usage replaced. */
    public Completion withUsage(@Nullable Usage other) {
        return new Completion(form, json, model, other, callsTools);
    }

    /** The words that the answer says, for counting and comparing; tool calls and reasoning are not words said. */
    public String text() {
        JsonNode tree = tree();
        return switch (form) {
            case TEXT -> tree.textValue();
            case OPENAI_CHAT ->
                words(tree.path("choices").path(0).path("message").path("content"));
            case OPENAI_COMPLETION -> tree.path("choices").path(0).path("text").asText("");
            case OPENAI_RESPONSE -> {
                var text = new StringBuilder();
                for (JsonNode item : tree.path("output")) {
                    if ("message".equals(item.path("type").textValue())) {
                        text.append(words(item.path("content")));
                    }
                }
                yield text.toString();
            }
            case ANTHROPIC_MESSAGE -> words(tree.path("content"));
            case OPENAI_EMBEDDING -> "";
        };
    }

    private static String words(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        var text = new StringBuilder();
        content.forEach(part -> text.append(part.path("text").asText("")));
        return text.toString();
    }

    /** Bytes from which {@link #decode} makes an equal completion: a line of JSON about the answer, then the answer itself. */
    public byte[] encode() {
        ObjectNode about =
                StrictJson.object().put("form", form.name()).put("model", model).put("calls_tools", callsTools);
        if (usage != null) {
            ObjectNode used = about.putObject("usage")
                    .put("input", usage.inputTokens())
                    .put("cached", usage.cachedInputTokens())
                    .put("written", usage.cacheWriteTokens())
                    .put("output", usage.outputTokens())
                    .put("estimated", usage.estimated());
            usage.details().writeTo(used);
        }
        byte[] head = StrictJson.bytes(about);
        byte[] all = Arrays.copyOf(head, head.length + 1 + json.length);
        all[head.length] = NEWLINE;
        System.arraycopy(json, 0, all, head.length + 1, json.length);
        return all;
    }

    /** Reads what {@link #encode} wrote. */
    public static Completion decode(byte[] encoded) {
        int end = 0;
        while (encoded[end] != NEWLINE) {
            end++;
        }
        ObjectNode about = StrictJson.parseObject(Arrays.copyOf(encoded, end));
        JsonNode used = about.path("usage");
        Usage usage = used.isMissingNode()
                ? null
                : new Usage(
                        used.path("input").asLong(),
                        used.path("cached").asLong(),
                        used.path("written").asLong(),
                        used.path("output").asLong(),
                        used.path("estimated").asBoolean(),
                        UsageDetails.read(used));
        return new Completion(
                Form.valueOf(about.path("form").asText()),
                Arrays.copyOfRange(encoded, end + 1, encoded.length),
                about.path("model").textValue(),
                usage,
                about.path("calls_tools").asBoolean());
    }
}
