package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads what bodies of native requests and lines of prompt logs have in common: what was asked, of which model, in which namespace, and
 * what was answered.
 *
 * <p>A field that is wrong is told to a listener, and a placeholder takes its place, so that one reading tells all that is wrong.
 * Confined to one thread.
 */
public final class NativeFields {
    /** What a namespace looks like. */
    public static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    /** The most characters of a name or mark that is kept with every entry. */
    public static final int MAX_TEXT = 4096;

    /** The most marks that an entry carries. */
    public static final int MAX_TAGS = 64;

    /** The most characters of a mark. */
    public static final int MAX_TAG_LENGTH = 128;

    private final ObjectNode body;
    private final OpenAiChat chat;
    private final AnthropicMessages messages;
    private final BiConsumer<String, String> wrong;

    /**
     * @param body what is read; not changed
     * @param wrong told the name of each field that is wrong, and what is wrong with it
     */
    public NativeFields(ObjectNode body, CachingRules rules, BiConsumer<String, String> wrong) {
        this.body = body;
        this.chat = new OpenAiChat(rules);
        this.messages = new AnthropicMessages(rules);
        this.wrong = wrong;
    }

    /**
     * The call that one of {@code prompt}, {@code messages} and {@code request} describes; a placeholder when a problem was found.
     *
     * @param otherwise the model of a call that names none, or null
     */
    public Call call(@Nullable String otherwise) {
        String named = text("model");
        JsonNode prompt = body.path("prompt");
        JsonNode list = body.path("messages");
        JsonNode request = body.path("request");
        long given = List.of(prompt, list, request).stream()
                .filter(node -> !node.isMissingNode())
                .count();
        if (given != 1) {
            wrong.accept("prompt", "exactly one of prompt, messages and request is required, got " + given);
        } else if (!prompt.isMissingNode() && !prompt.isTextual()) {
            wrong.accept("prompt", "must be a string");
        } else if (!request.isMissingNode()
                && named != null
                && !named.equals(request.path("model").asText(named))) {
            wrong.accept("model", "differs from request.model; give it once");
        } else {
            String field = !prompt.isMissingNode() ? "prompt" : !list.isMissingNode() ? "messages" : "request";
            String model = named == null && !request.has("model") ? otherwise : named;
            try {
                Call call = read(field, body.path(field), model);
                refuseWhatIsNoText(field, call);
                return call;
            } catch (MalformedRequestException e) {
                wrong.accept(field, String.valueOf(e.getMessage()));
            }
        }
        return chat.ofPrompt("-", named);
    }

    /** The namespace; the default one when none is named. */
    public String namespace() {
        String namespace = text("namespace");
        if (namespace == null) {
            return CacheControls.DEFAULT.namespace();
        }
        if (!NAMESPACE.matcher(namespace).matches()) {
            wrong.accept("namespace", "must be 1 to 128 of A-Z a-z 0-9 . _ : -");
        }
        return namespace;
    }

    /** A short text, or null when it is absent or null. */
    public @Nullable String text(String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            wrong.accept(field, "must be a string");
            return null;
        }
        String text = value.textValue();
        if (text.length() > MAX_TEXT || text.indexOf('\0') >= 0) {
            wrong.accept(field, "must have at most " + MAX_TEXT + " characters, and no NUL");
        }
        return text;
    }

    /**
     * The answer: a string, a chat completion or a message; a placeholder when a problem was found. {@code usage} goes before the
     * answer's own.
     *
     * @param model that a bare text is from, or null
     */
    public Answers.Reading completion(@Nullable String model) {
        JsonNode value = body.path("completion");
        Usage usage = usage();
        if (value.isTextual() && !value.textValue().isEmpty()) {
            return new Answers.Reading.Whole(Completion.ofText(value.textValue(), model, usage));
        }
        if (value instanceof ObjectNode object) {
            byte[] json = StrictJson.bytes(object);
            Answers.Reading reading = object.path("type").asText().equals("message")
                    ? Answers.anthropicMessage(json, object)
                    : Answers.openAiChat(json, object);
            return switch (reading) {
                case Answers.Reading.Whole(Completion whole)
                when usage != null -> new Answers.Reading.Whole(whole.withUsage(usage));
                case Answers.Reading.Whole whole -> whole;
                case Answers.Reading.NotKept notKept -> notKept;
            };
        }
        wrong.accept("completion", "is required: a string that is not empty, a chat completion or a message");
        return new Answers.Reading.Whole(Completion.ofText("-", model, usage));
    }

    /** What the answer cost as the body says apart from the answer, or null. */
    public @Nullable Usage usage() {
        JsonNode value = body.path("usage");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        JsonNode input = value.path("input_tokens");
        JsonNode output = value.path("output_tokens");
        if (!isCount(input) || !isCount(output)) {
            wrong.accept("usage", "must be {\"input_tokens\": n, \"output_tokens\": n} with n of at least 0");
            return null;
        }
        return Usage.of(input.longValue(), output.longValue(), false);
    }

    /** How long an answer lives, in {@code ttl_seconds}; null when the body does not say. */
    public @Nullable Duration ttl() {
        JsonNode value = body.path("ttl_seconds");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            wrong.accept("ttl_seconds", "must be whole seconds, 1 to " + Integer.MAX_VALUE);
            return null;
        }
        return Duration.ofSeconds(value.intValue());
    }

    /** Marks for invalidation, each once; none when the body does not say. */
    public List<String> tags() {
        JsonNode value = body.path("tags");
        List<String> tags = new ArrayList<>();
        boolean valid = value.isMissingNode() || (value.isArray() && value.size() <= MAX_TAGS);
        for (JsonNode tag : value) {
            valid &= tag.isTextual()
                    && !tag.textValue().isBlank()
                    && tag.textValue().length() <= MAX_TAG_LENGTH
                    && StandardCharsets.UTF_8.newEncoder().canEncode(tag.textValue());
            tags.add(tag.asText());
        }
        if (!valid) {
            wrong.accept(
                    "tags",
                    "must be a list of at most " + MAX_TAGS + " strings of 1 to " + MAX_TAG_LENGTH
                            + " characters of Unicode text");
            return List.of();
        }
        return tags.stream().distinct().toList();
    }

    private Call read(String field, JsonNode value, @Nullable String model) {
        return switch (field) {
            case "prompt" -> chat.ofPrompt(value.textValue(), model);
            case "messages" -> {
                ObjectNode asked = StrictJson.object();
                if (model != null) {
                    asked.put("model", model);
                }
                yield chat.read(asked.set("messages", value));
            }
            default -> {
                if (!(value instanceof ObjectNode request)) {
                    throw new MalformedRequestException("must be an object");
                }
                ObjectNode whole = request.deepCopy();
                if (model != null) {
                    whole.put("model", model);
                }
                yield isAnthropic(whole) ? messages.read(whole) : chat.read(whole);
            }
        };
    }

    /**
     * Tells the two wires apart by what only one of them has; what both would accept is Anthropic's when it names a Claude model and
     * the {@code max_tokens} that its API requires.
     */
    private static boolean isAnthropic(ObjectNode request) {
        if (request.has("system")
                || request.has("anthropic_version")
                || request.path("tools").path(0).has("input_schema")) {
            return true;
        }
        for (JsonNode message : request.path("messages")) {
            String role = message.path("role").asText();
            if (!role.equals("user") && !role.equals("assistant")) {
                return false;
            }
        }
        return request.has("max_tokens") && request.path("model").asText().startsWith("claude");
    }

    private void refuseWhatIsNoText(String field, Call call) {
        if (field.equals("prompt") && String.join("", call.texts()).isBlank()) {
            wrong.accept(field, "must not be empty");
        }
        if (call.texts().stream().anyMatch(text -> text.indexOf('\0') >= 0)) {
            wrong.accept(field, "must not contain NUL (U+0000)");
        }
    }

    private static boolean isCount(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 0;
    }
}
