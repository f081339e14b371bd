package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.openai.models.chat.completions.ChatCompletion;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What one call came to for a caller of the official SDK. Of a stream that failed on its way there is both a completion, of the
 * events before, and a failure.
 *
 * @param completion see {@link CompletionTree}; empty when nothing of an answer came
 * @param failure see {@link CompletionTree#ofFailure}; empty when the call succeeded
 * @param sdkCompletion the completion as the SDK gave it or, of a stream that came to its end, as the SDK's own accumulator put it
 *     together; empty on failure
 * @param events how many events the SDK delivered; 0 for an answer that was no stream
 * @param headers of the response; empty when none came
 */
public record SdkResult(
        Optional<JsonNode> completion,
        Optional<JsonNode> failure,
        Optional<ChatCompletion> sdkCompletion,
        int events,
        List<Header> headers) {

    public SdkResult {
        Objects.requireNonNull(completion, "completion");
        Objects.requireNonNull(failure, "failure");
        Objects.requireNonNull(sdkCompletion, "sdkCompletion");
        headers = List.copyOf(headers);
    }

    /** Completion and failure as one tree, for comparing what two servers made of the same call. */
    public JsonNode tree() {
        ObjectNode tree = Json.object();
        completion.ifPresent(c -> tree.set("completion", c));
        failure.ifPresent(f -> tree.set("failure", f));
        return tree;
    }

    /** The first value of this header. */
    public Optional<String> header(String name) {
        return headers.stream().filter(h -> h.isNamed(name)).map(Header::value).findFirst();
    }
}
