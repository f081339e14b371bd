package io.reprise.server.reply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.StrictJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An error of a native route, as problem details of RFC 9457. Thrown by handlers, written in one place. */
public final class Problem extends RuntimeException {
    /**
     * What is wrong with one field.
     *
     * @param field its name, or empty for the whole body
     * @param problem what is wrong and what is allowed
     */
    public record Field(String field, String problem) {}

    private final int status;
    private final String title;
    private final List<Field> errors;
    private final @Nullable Refusal refusal;

    /** What a refusal says beside its status. */
    private record Refusal(String code, @Nullable Long retryAfterSeconds, boolean shouldRetry) {}

    public Problem(int status, String title, String detail, List<Field> errors) {
        this(status, title, detail, errors, null);
    }

    private Problem(int status, String title, String detail, List<Field> errors, @Nullable Refusal refusal) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
        this.errors = List.copyOf(errors);
        this.refusal = refusal;
    }

    /**
     * That a call may not be made.
     *
     * @param code what it is called where errors have a type or a code
     * @param retryAfterSeconds when it may be sent again, or null where that is not known
     * @param shouldRetry false where clients are told not to send it again by themselves
     */
    public static Problem refused(
            int status, String code, String message, @Nullable Long retryAfterSeconds, boolean shouldRetry) {
        return new Problem(status, "Refused", message, List.of(), new Refusal(code, retryAfterSeconds, shouldRetry));
    }

    public static Problem invalid(List<Field> errors) {
        return new Problem(
                400,
                "Invalid request",
                errors.size() == 1 ? "One field is wrong." : errors.size() + " fields are wrong.",
                errors);
    }

    public static Problem invalid(String field, String problem) {
        return invalid(List.of(new Field(field, problem)));
    }

    public static Problem unreadable(String detail) {
        return new Problem(400, "Unreadable request", detail, List.of());
    }

    public static Problem tooLarge(int limitBytes) {
        return new Problem(
                413, "Request too large", "The body may have at most " + limitBytes + " bytes here.", List.of());
    }

    public static Problem late() {
        return new Problem(408, "Request timeout", "The body did not come within limits.body_timeout_ms.", List.of());
    }

    /** Bodies fill what the server, or one caller, may take for them. */
    public static Problem noRoom(boolean ofTheCaller) {
        return ofTheCaller
                ? new Problem(
                        429, "Too many requests", "Your calls under way are as large as they may be here.", List.of())
                : new Problem(503, "Overloaded", "The calls under way are as large as they may be here.", List.of());
    }

    public static Problem notFound(String detail) {
        return new Problem(404, "Not found", detail, List.of());
    }

    public static Problem forbidden() {
        return new Problem(
                403,
                "Administrators only",
                "This looks across principals: send x-reprise-admin, with the token of admin_token or of the file"
                        + " admin.token in the data folder.",
                List.of());
    }

    public static Problem callerNotNamed(String header) {
        return new Problem(
                401, "Caller not named", "The header " + header + ", which names the caller, is missing.", List.of());
    }

    public static Problem callerNamedTwice(String header) {
        return new Problem(
                400,
                "Caller named twice",
                "The header " + header + ", which names the caller, must be there once.",
                List.of());
    }

    public static Problem method() {
        return new Problem(405, "Method not allowed", "No provider has a route with this method.", List.of());
    }

    public static Problem path() {
        return new Problem(
                400,
                "Path refused",
                "A path may hold no empty or dot segment, and no slash, backslash or control character, encoded or"
                        + " not.",
                List.of());
    }

    public static Problem host() {
        return new Problem(400, "Host refused", "A request must have one Host, and a valid one.", List.of());
    }

    public static Problem misdirected() {
        return new Problem(
                421,
                "Not this host",
                "This server does not answer under the host name of the request, unless http.allowed_hosts names it.",
                List.of());
    }

    public static Problem unknownRoute(String upstream) {
        return new Problem(
                403,
                "Route refused",
                "With the operator's key only known API routes are forwarded to " + upstream
                        + ", unless its any_route or its paths say otherwise.",
                List.of());
    }

    /** A limit that cannot be kept: the call's own bytes go upstream as they are. */
    public static Problem notClamped() {
        return new Problem(
                403,
                "Limit not applied",
                "A limit of its key changes this call, and the call cannot be read: send it as JSON without another"
                        + " encoding than gzip, deflate or zstd, and not larger than what is cached.",
                List.of());
    }

    /** A limit wants another model than the one that the path names. */
    public static Problem otherModel(String model) {
        return new Problem(
                403,
                "Limit not applied",
                "A limit of its key makes this call one of the model " + model + ", and its path names a deployment.",
                List.of());
    }

    public static Problem foreignPage() {
        return new Problem(
                403,
                "Foreign web page",
                "A page of another web site may not send this, unless http.allowed_origins names its origin.",
                List.of());
    }

    public static Problem overloaded() {
        return new Problem(503, "Overloaded", "Too many requests wait already; try again in a moment.", List.of());
    }

    /** Slow senders are welcome, those that (all but) stop are not: what they sent so far is kept. */
    public static Problem idle() {
        return new Problem(
                408, "Nothing came", "The rest of the body did not come in time (http.transfer_idle_ms).", List.of());
    }

    /** What the disk refuses, as when it is full (RFC 4918, section 11.5). */
    public static Problem notWritten() {
        return new Problem(
                507,
                "Not written",
                "The disk of the cache is full or fails: this was not stored, or not or only in part deleted. Lookups"
                        + " and forwarded calls go on; send it again when there is space.",
                List.of());
    }

    /** What the router itself refuses, such as a path that cannot be decoded. */
    public static Problem ofStatus(int status) {
        return new Problem(status, "Refused", "The request cannot be handled.", List.of());
    }

    public static Problem failed() {
        return new Problem(500, "Failed", "The server could not do this; its log says why.", List.of());
    }

    public int status() {
        return status;
    }

    /** Never null, unlike {@link Throwable#getMessage}. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** What its status is called where errors have a type. */
    public String type() {
        if (refusal != null) {
            return refusal.code();
        }
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 408 -> "timeout_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            default -> "invalid_request_error";
        };
    }

    /** Tells clients when to come again, where that may help. */
    public void writeRetryAfter(HttpServerResponse response) {
        if (refusal != null) {
            if (refusal.retryAfterSeconds() != null) {
                response.putHeader("retry-after", Long.toString(refusal.retryAfterSeconds()));
            }
            if (!refusal.shouldRetry()) {
                response.putHeader("x-should-retry", "false");
            }
        } else if (status == 429 || status == 503) {
            response.putHeader("retry-after", "1");
        }
    }

    public List<Field> errors() {
        return errors;
    }

    public void write(HttpServerResponse response) {
        ObjectNode body = StrictJson.object()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("detail", getMessage());
        var list = body.putArray("errors");
        errors.forEach(error -> list.addObject().put("field", error.field()).put("problem", error.problem()));
        writeRetryAfter(response);
        response.setStatusCode(status)
                .putHeader("content-type", "application/problem+json")
                .end(Buffer.buffer(StrictJson.bytes(body)));
    }
}
