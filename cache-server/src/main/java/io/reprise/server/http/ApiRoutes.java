package io.reprise.server.http;

import io.reprise.server.upstream.Provider;
import java.util.List;

/**
 * The routes of the providers' APIs that their callers use. Those that administer organisations, keys and members are
 * none.
 */
final class ApiRoutes {
    private static final List<String> OPENAI = List.of(
            "/v1/assistants",
            "/v1/audio",
            "/v1/batches",
            "/v1/chat/completions",
            "/v1/completions",
            "/v1/containers",
            "/v1/conversations",
            "/v1/embeddings",
            "/v1/evals",
            "/v1/files",
            "/v1/fine_tuning",
            "/v1/images",
            "/v1/models",
            "/v1/moderations",
            "/v1/realtime",
            "/v1/rerank",
            "/v1/responses",
            "/v1/threads",
            "/v1/uploads",
            "/v1/vector_stores",
            "/v1/videos");
    private static final List<String> ANTHROPIC = List.of("/v1/complete", "/v1/files", "/v1/messages", "/v1/models");

    private ApiRoutes() {}

    /** Whether a path is one of these routes, or below one. */
    static boolean isKnown(Provider.Api api, String path) {
        List<String> routes =
                switch (api) {
                    case OPENAI -> OPENAI;
                    case ANTHROPIC -> ANTHROPIC;
                };
        return routes.stream().anyMatch(route -> path.equals(route) || path.startsWith(route + "/"));
    }
}
