package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The scenario of a provider that works; see {@link Scenario#openAi()}. */
final class OpenAiScenario implements Scenario {

    static final String CHAT_PATH = "/v1/chat/completions";
    private static final String DOWNLOAD_PREFIX = "/v1/download/";

    @Override
    public Reply replyTo(ReceivedRequest request) {
        return Reply.of(contentFor(request));
    }

    private static Content contentFor(ReceivedRequest request) {
        String path = request.path();
        boolean post = request.method().equals("POST");
        if (post && path.equals(CHAT_PATH)) {
            return problemOf(request).<Content>map(error -> error).orElseGet(() -> answer(request.chat()));
        } else if (post && path.equals("/v1/embeddings")) {
            return new Content.Embeddings();
        } else if (path.equals("/v1/models") || path.startsWith("/v1/models/")) {
            return new Content.Models();
        } else if (path.startsWith(DOWNLOAD_PREFIX)) {
            return download(request);
        } else if (path.startsWith("/v1/")) {
            return new Content.Echo();
        }
        return ApiError.noSuchUrl(request.method(), path);
    }

    private static Optional<ApiError> problemOf(ReceivedRequest request) {
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
        } else if (!body.get().path("messages").isArray()) {
            return Optional.of(ApiError.badRequest(
                    "Missing required parameter: 'messages'.", "messages", "missing_required_parameter"));
        }
        return Optional.empty();
    }

    private static ChatAnswer answer(ChatRequest request) {
        List<Choice> choices = IntStream.range(0, request.choices())
                .mapToObj(index -> choice(request, index))
                .toList();
        return ChatAnswer.of(choices.toArray(Choice[]::new));
    }

    private static Choice choice(ChatRequest request, int index) {
        String text = Prose.about(request.lastUserText(), index);
        int limit = request.maxTokens().orElse(0);
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
