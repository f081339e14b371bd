package io.reprise.server.access;

import java.util.List;

/** The routes of the server's own, as far as they stand among those of providers. */
public final class OurRoutes {
    /** What of them is below {@code /v1}, as a router takes it. Never forwarded, whether there is such a route or not. */
    public static final List<String> PATTERNS = List.of(
            "/v1/cache/*", "/v1/savings", "/v1/key", "/v1/admin/*", "/v1/audits/*", "/v1/requests/*", "/v1/reports/*");

    private static final List<String> BELOW_V1 =
            PATTERNS.stream().map(pattern -> pattern.replace("/*", "")).toList();

    private OurRoutes() {}

    /** Whether a path is a route of ours, and no provider's. */
    public static boolean has(String path) {
        if (path.startsWith("/v1/")) {
            return BELOW_V1.stream().anyMatch(ours -> path.equals(ours) || path.startsWith(ours + "/"));
        }
        return !path.startsWith("/openai/");
    }
}
