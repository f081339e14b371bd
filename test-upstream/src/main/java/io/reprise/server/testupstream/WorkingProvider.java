package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The scenario of a provider that works; see {@link Scenario#provider()}. */
final class WorkingProvider implements Scenario {

    private static final String EMBEDDINGS_PATH = "/v1/embeddings";
    private static final String DOWNLOAD_PREFIX = "/v1/download/";
    private static final Pattern FAILING_MODEL = Pattern.compile("status-([45]\\d\\d)");

    @Override
    public Reply replyTo(ReceivedRequest request) {
        return Reply.of(contentFor(request));
    }

    private static Content contentFor(ReceivedRequest request) {
        String path = request.path();
        Wire wire = Wire.of(request);
        if (wire.takes(request)) {
            return problemOf(request, body -> missing(body, wire))
                    .<Content>map(error -> error)
                    .orElseGet(() -> answer(request.question()));
        } else if (request.method().equals("POST") && path.equals(EMBEDDINGS_PATH)) {
            return problemOf(request, body -> body.has("input") ? Optional.empty() : Optional.of("input"))
                    .<Content>map(error -> error)
                    .orElseGet(Content.Embeddings::new);
        } else if (path.equals("/v1/models") || path.startsWith("/v1/models/")) {
            return new Content.Models();
        } else if (path.startsWith(DOWNLOAD_PREFIX)) {
            return download(request);
        } else if (path.startsWith("/v1/")) {
            return new Content.Echo();
        }
        return ApiError.noSuchUrl(request.method(), path);
    }

    private static Optional<ApiError> problemOf(ReceivedRequest request, Function<JsonNode, Optional<String>> missing) {
        if (request.bodyBytes() > request.body().length) {
            return Optional.empty();
        }
        Optional<JsonNode> body = request.json();
        if (body.isEmpty() || !body.get().isObject()) {
            return Optional.of(ApiError.badRequest(
                    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP"
                            + " library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid"
                            + " JSON.)",
                    null,
                    null));
        } else if (!body.get().path("model").isTextual()) {
            return Optional.of(ApiError.badRequest("you must provide a model parameter", null, null));
        }
        Matcher failing = FAILING_MODEL.matcher(body.get().path("model").asText());
        if (failing.matches()) {
            return Optional.of(ApiError.ofStatus(Integer.parseInt(failing.group(1))));
        }
        return missing.apply(body.get())
                .map(field -> ApiError.badRequest(
                        "Missing required parameter: '" + field + "'.", field, "missing_required_parameter"));
    }

    private static Optional<String> missing(JsonNode body, Wire wire) {
        JsonNode asked = wire.asked(body);
        return switch (wire) {
            case CHAT -> asked.isArray() ? Optional.empty() : Optional.of("messages");
            case COMPLETIONS -> asked.isArray() || asked.isTextual() ? Optional.empty() : Optional.of("prompt");
            case RESPONSES -> asked.isArray() || asked.isTextual() ? Optional.empty() : Optional.of("input");
            case MESSAGES -> {
                if (!asked.isArray()) {
                    yield Optional.of("messages");
                }
                yield body.path("max_tokens").isInt() ? Optional.empty() : Optional.of("max_tokens");
            }
        };
    }

    private static ChatAnswer answer(Question question) {
        List<Choice> choices = new ArrayList<>();
        for (String prompt : question.prompts()) {
            for (int alternative = 0; alternative < question.choices(); alternative++) {
                choices.add(choice(question, prompt, alternative));
            }
        }
        return ChatAnswer.of(choices.toArray(Choice[]::new));
    }

    private static Choice choice(Question question, String prompt, int alternative) {
        ToolCall[] calls = calls(question, prompt);
        Choice choice = calls.length > 0 ? Choice.toolCalls(calls) : text(question, prompt, alternative);
        return question.thinks() ? choice.withReasoning(Prose.about("Thinking of " + prompt, alternative)) : choice;
    }

    /** Of each tool that the prompt names; of the first where one is required and none is named. */
    private static ToolCall[] calls(Question question, String prompt) {
        List<Tool> named = question.tools().stream()
                .filter(tool -> prompt.contains(tool.name()))
                .toList();
        if (named.isEmpty() && question.toolRequired()) {
            named = question.tools().stream().limit(1).toList();
        }
        String idPrefix = question.wire() == Wire.MESSAGES ? "toolu_" : "call_";
        return named.stream().map(tool -> tool.call(idPrefix, prompt)).toArray(ToolCall[]::new);
    }

    private static Choice text(Question question, String prompt, int alternative) {
        String text = Prose.about(prompt, alternative);
        int limit = question.maxTokens().orElse(0);
        if (limit < 1) {
            return Choice.text(text);
        }
        List<String> tokens = Tokens.split(text);
        return tokens.size() <= limit
                ? Choice.text(text)
                : Choice.text(String.join("", tokens.subList(0, limit))).finishing("length");
    }

    private static Content download(ReceivedRequest request) {
        String bytes = request.path().substring(DOWNLOAD_PREFIX.length());
        return bytes.matches("\\d{1,15}")
                ? new Download(Long.parseLong(bytes))
                : ApiError.badRequest("bytes must be a number of up to 15 digits: " + bytes, "bytes", null);
    }
}
