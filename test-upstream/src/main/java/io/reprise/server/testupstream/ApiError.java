package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An error, in the shape of the request's wire: OpenAI's {@code {"error":{"message","type","param","code"}}} or Anthropic's
 * {@code {"type":"error","error":{"type","message"},"request_id"}}, whose type follows from the status. Immutable.
 *
 * @param status 400 to 599
 * @param headers besides those that every response has
 */
public record ApiError(
        int status,
        String message,
        String type,
        @Nullable String param,
        @Nullable String code,
        List<Header> headers) implements Content {

    public ApiError {
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(type, "type");
        headers = List.copyOf(headers);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("status must be 400 to 599: " + status);
        }
    }

    /** 400: the request is wrong. */
    public static ApiError badRequest(String message, @Nullable String param, @Nullable String code) {
        return new ApiError(400, message, "invalid_request_error", param, code, List.of());
    }

    /** 400, as a server answers that does not know {@code stream_options}. */
    public static ApiError unknownParameter(String param) {
        return badRequest("Unknown parameter: '" + param + "'.", param, "unknown_parameter");
    }

    /** 401: a wrong key. */
    public static ApiError unauthorized() {
        return new ApiError(
                401,
                "Incorrect API key provided: sk-wrong. You can find your API key at https://platform.openai.com/account/api-keys.",
                "invalid_request_error",
                null,
                "invalid_api_key",
                List.of());
    }

    /** 403: a key that may not do this. */
    public static ApiError forbidden() {
        return new ApiError(
                403,
                "Country, region, or territory not supported",
                "request_forbidden",
                null,
                "unsupported_country_region_territory",
                List.of());
    }

    /** 404: no such model. */
    public static ApiError noSuchModel(String model) {
        return new ApiError(
                404,
                "The model `" + model + "` does not exist or you do not have access to it.",
                "invalid_request_error",
                null,
                "model_not_found",
                List.of());
    }

    /** 404: no such path. */
    static ApiError noSuchUrl(String method, String path) {
        return new ApiError(
                404, "Invalid URL (" + method + " " + path + ")", "invalid_request_error", null, null, List.of());
    }

    /** 429 with {@code Retry-After} in whole seconds, rounded up, and {@code retry-after-ms}. */
    public static ApiError rateLimited(Duration retryAfter) {
        long seconds = retryAfter.plusNanos(999_999_999).toSeconds();
        return new ApiError(
                429,
                "Rate limit reached for requests per min (RPM): Limit 500, Used 500, Requested 1. Please try again in "
                        + retryAfter.toMillis() + "ms.",
                "requests",
                null,
                "rate_limit_exceeded",
                List.of(
                        new Header("retry-after", Long.toString(seconds)),
                        new Header("retry-after-ms", Long.toString(retryAfter.toMillis()))));
    }

    /** 500: a mistake of the provider. */
    public static ApiError serverError() {
        return new ApiError(
                500,
                "The server had an error while processing your request. Sorry about that!",
                "server_error",
                null,
                null,
                List.of());
    }

    /** 503: too much to do. */
    public static ApiError overloaded() {
        return new ApiError(
                503,
                "The engine is currently overloaded, please try again later.",
                "server_error",
                null,
                "service_unavailable",
                List.of());
    }

    /** 529: Anthropic has too much to do. */
    public static ApiError anthropicOverloaded() {
        return new ApiError(529, "Overloaded", "overloaded_error", null, null, List.of());
    }

    /** An error of this status, 400 to 599, as the provider words it where this class knows how. */
    static ApiError ofStatus(int status) {
        return switch (status) {
            case 401 -> unauthorized();
            case 403 -> forbidden();
            case 404 -> noSuchModel("status-404");
            case 429 -> rateLimited(Duration.ofSeconds(1));
            case 500 -> serverError();
            case 503 -> overloaded();
            case 529 -> anthropicOverloaded();
            default -> new ApiError(status, "Asked for status " + status, "test_error", null, null, List.of());
        };
    }

    /** The body of a response with this error. */
    ObjectNode json(Wire wire, String requestId) {
        return switch (wire) {
            case CHAT, COMPLETIONS, RESPONSES -> openAi();
            case MESSAGES -> anthropic().put("request_id", requestId);
        };
    }

    /**
     * The event that carries this error within a stream.
     *
     * @param number of events before it
     */
    ObjectNode event(Wire wire, int number) {
        return switch (wire) {
            case CHAT, COMPLETIONS -> openAi();
            case RESPONSES ->
                Json.object()
                        .put("type", "error")
                        .put("sequence_number", number)
                        .put("code", code == null ? type : code)
                        .put("message", message)
                        .put("param", param);
            case MESSAGES -> anthropic();
        };
    }

    private ObjectNode openAi() {
        ObjectNode body = Json.object();
        body.putObject("error")
                .put("message", message)
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return body;
    }

    private ObjectNode anthropic() {
        ObjectNode body = Json.object().put("type", "error");
        body.putObject("error").put("type", anthropicType()).put("message", message);
        return body;
    }

    private String anthropicType() {
        return switch (status) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 529 -> "overloaded_error";
            default -> "api_error";
        };
    }
}
