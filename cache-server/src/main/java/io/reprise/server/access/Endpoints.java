package io.reprise.server.access;

import java.util.List;
import java.util.Set;

/** What is known of the providers' routes, by which their calls are charged. */
final class Endpoints {
    private static final List<String> FREE = List.of(
            "/v1/models",
            "/v1/files",
            "/v1/uploads",
            "/v1/moderations",
            "/v1/messages/count_tokens",
            "/v1/responses/input_tokens");

    private static final Set<String> ANSWERING =
            Set.of("/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/messages");
    private static final long OF_COMPLETIONS = 16;

    private Endpoints() {}

    /** Whether the providers charge nothing for a route. */
    static boolean isFree(String endpoint) {
        return FREE.stream().anyMatch(free -> endpoint.equals(free) || endpoint.startsWith(free + "/"));
    }

    /** Whether a call may bound its answer's tokens. */
    static boolean answersInTokens(String endpoint) {
        return ANSWERING.contains(endpoint);
    }

    /** Whether answers have no tokens that are charged. */
    static boolean hasNoOutput(String endpoint) {
        return endpoint.equals("/v1/embeddings");
    }

    /** The most tokens of an answer where neither the call nor a limit says: of old completions, what their API does then. */
    static long usualOutput(String endpoint, long otherwise) {
        return endpoint.equals("/v1/completions") ? Math.min(OF_COMPLETIONS, otherwise) : otherwise;
    }

    /** Whether a route is of Anthropic's API. */
    static boolean isAnthropic(String endpoint) {
        return endpoint.startsWith("/v1/messages") || endpoint.equals("/v1/complete");
    }
}
