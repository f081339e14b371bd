package io.reprise.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.AnthropicMessages;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.OpenAiChat;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of native routes, and tells every field that is wrong at once. */
final class NativeRequests {
    private static final Set<String> CALL_FIELDS =
            Set.of("prompt", "messages", "request", "namespace", "model", "context");
    private static final Set<String> LOOKUP_FIELDS = Set.of("mode", "max_wrong_rate", "explain");
    private static final Set<String> STORE_FIELDS = Set.of("completion", "ttl_seconds", "tags", "usage");

    /** What a lookup asks. */
    record LookupRequest(
            Call call,
            String namespace,
            @Nullable String context,
            CacheControls.Mode mode,
            @Nullable Double maxWrongRate,
            boolean explain) {}

    /** What a store hands in. */
    record StoreRequest(
            Call call,
            String namespace,
            @Nullable String context,
            Completion completion,
            @Nullable Duration ttl,
            List<String> tags) {}

    private final ObjectNode body;
    private final OpenAiChat chat;
    private final AnthropicMessages messages;
    private final List<Problem.Field> problems = new ArrayList<>();

    private NativeRequests(byte[] bytes, CachingRules rules) {
        chat = new OpenAiChat(rules);
        messages = new AnthropicMessages(rules);
        try {
            body = StrictJson.parseObject(bytes);
        } catch (MalformedRequestException e) {
            throw Problem.unreadable(e.getMessage());
        }
    }

    static LookupRequest lookup(byte[] bytes, CachingRules rules) {
        return new NativeRequests(bytes, rules).readLookup();
    }

    static StoreRequest store(byte[] bytes, CachingRules rules) {
        return new NativeRequests(bytes, rules).readStore();
    }

    private LookupRequest readLookup() {
        noOtherFieldsThan(LOOKUP_FIELDS);
        Call call = call();
        var request = new LookupRequest(call, namespace(), text("context"), mode(), maxWrongRate(), bool("explain"));
        return checked(request);
    }

    private StoreRequest readStore() {
        noOtherFieldsThan(STORE_FIELDS);
        Call call = call();
        var request = new StoreRequest(call, namespace(), text("context"), completion(call.model()), ttl(), tags());
        return checked(request);
    }

    private <T> T checked(T request) {
        if (!problems.isEmpty()) {
            throw Problem.invalid(problems);
        }
        return request;
    }

    private void wrong(String field, String problem) {
        problems.add(new Problem.Field(field, problem));
    }

    private void noOtherFieldsThan(Set<String> fields) {
        body.fieldNames().forEachRemaining(name -> {
            if (!CALL_FIELDS.contains(name) && !fields.contains(name)) {
                wrong(name.length() > 64 ? name.substring(0, 64) + "..." : name, "is not a field of this request");
            }
        });
    }

    /** The call that the body describes; a placeholder when a problem was found. */
    private Call call() {
        String model = text("model");
        JsonNode prompt = body.path("prompt");
        JsonNode messages = body.path("messages");
        JsonNode request = body.path("request");
        long given = List.of(prompt, messages, request).stream()
                .filter(node -> !node.isMissingNode())
                .count();
        if (given != 1) {
            wrong("prompt", "exactly one of prompt, messages and request is required, got " + given);
        } else if (!prompt.isMissingNode() && !prompt.isTextual()) {
            wrong("prompt", "must be a string");
        } else if (!request.isMissingNode()
                && model != null
                && !model.equals(request.path("model").asText(model))) {
            wrong("model", "differs from request.model; give it once");
        } else {
            String field = !prompt.isMissingNode() ? "prompt" : !messages.isMissingNode() ? "messages" : "request";
            try {
                Call call = read(field, body.path(field), model);
                refuseWhatIsNoText(field, call);
                return call;
            } catch (MalformedRequestException e) {
                wrong(field, e.getMessage());
            }
        }
        return chat.ofPrompt("-", model);
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
            wrong(field, "must not be empty");
        }
        if (call.texts().stream().anyMatch(text -> text.indexOf('\0') >= 0)) {
            wrong(field, "must not contain NUL (U+0000)");
        }
    }

    private String namespace() {
        String namespace = text("namespace");
        if (namespace == null) {
            return CacheControls.DEFAULT.namespace();
        }
        if (!CallControls.NAMESPACE.matcher(namespace).matches()) {
            wrong("namespace", "must be 1 to 128 of A-Z a-z 0-9 . _ : -");
        }
        return namespace;
    }

    private @Nullable String text(String field) {
        JsonNode value = body.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            wrong(field, "must be a string");
            return null;
        }
        String text = value.textValue();
        if (text.length() > CallControls.MAX_TEXT || text.indexOf('\0') >= 0) {
            wrong(field, "must have at most " + CallControls.MAX_TEXT + " characters, and no NUL");
        }
        return text;
    }

    private boolean bool(String field) {
        JsonNode value = body.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            wrong(field, "must be true or false");
        }
        return value.asBoolean(false);
    }

    private CacheControls.Mode mode() {
        String mode = text("mode");
        return switch (mode == null ? "serve" : mode.toLowerCase(Locale.ROOT)) {
            case "serve" -> CacheControls.Mode.SERVE;
            case "exact" -> CacheControls.Mode.EXACT;
            case "shadow" -> CacheControls.Mode.SHADOW;
            default -> {
                wrong("mode", "must be serve, exact or shadow");
                yield CacheControls.Mode.SERVE;
            }
        };
    }

    private @Nullable Double maxWrongRate() {
        JsonNode value = body.path("max_wrong_rate");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isNumber() || !(value.doubleValue() >= 0 && value.doubleValue() <= 1)) {
            wrong("max_wrong_rate", "must be a number from 0 to 1");
            return null;
        }
        return value.doubleValue();
    }

    private @Nullable Duration ttl() {
        JsonNode value = body.path("ttl_seconds");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 1) {
            wrong("ttl_seconds", "must be whole seconds, 1 to " + Integer.MAX_VALUE);
            return null;
        }
        return Duration.ofSeconds(value.intValue());
    }

    private List<String> tags() {
        JsonNode value = body.path("tags");
        List<String> tags = new ArrayList<>();
        boolean valid = value.isMissingNode() || (value.isArray() && value.size() <= CallControls.MAX_TAGS);
        for (JsonNode tag : value) {
            valid &= tag.isTextual()
                    && !tag.textValue().isBlank()
                    && tag.textValue().length() <= CallControls.MAX_TAG_LENGTH
                    && StandardCharsets.UTF_8.newEncoder().canEncode(tag.textValue());
            tags.add(tag.asText());
        }
        if (!valid) {
            wrong(
                    "tags",
                    "must be a list of at most " + CallControls.MAX_TAGS + " strings of 1 to "
                            + CallControls.MAX_TAG_LENGTH + " characters of Unicode text");
            return List.of();
        }
        return tags.stream().distinct().toList();
    }

    private Completion completion(@Nullable String model) {
        JsonNode value = body.path("completion");
        Usage usage = usage();
        if (value.isTextual() && !value.textValue().isEmpty()) {
            return Completion.ofText(value.textValue(), model, usage);
        }
        if (value instanceof ObjectNode object) {
            byte[] json = StrictJson.bytes(object);
            Answers.Reading reading = object.path("type").asText().equals("message")
                    ? Answers.anthropicMessage(json, object)
                    : Answers.openAiChat(json, object);
            switch (reading) {
                case Answers.Reading.Whole(Completion whole) -> {
                    return usage == null ? whole : whole.withUsage(usage);
                }
                case Answers.Reading.NotKept notKept ->
                    wrong(
                            "completion",
                            "is not a complete OpenAI chat completion or Anthropic message: " + notKept.why());
            }
        } else {
            wrong("completion", "is required: a string that is not empty, a chat completion or a message");
        }
        return Completion.ofText("-", model, usage);
    }

    private @Nullable Usage usage() {
        JsonNode value = body.path("usage");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        JsonNode input = value.path("input_tokens");
        JsonNode output = value.path("output_tokens");
        if (!isCount(input) || !isCount(output)) {
            wrong("usage", "must be {\"input_tokens\": n, \"output_tokens\": n} with n of at least 0");
            return null;
        }
        return Usage.of(input.longValue(), output.longValue(), false);
    }

    private static boolean isCount(JsonNode node) {
        return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= 0;
    }
}
