package io.reprise.server.access;

import java.util.List;

/** The routes of the server's own, as far as they stand among those of providers. */
public final class OurRoutes {
    private static final List<String> BELOW_V1 =
            List.of("/v1/cache", "/v1/savings", "/v1/admin", "/v1/key", "/v1/requests", "/v1/reports", "/v1/audits");

    private OurRoutes() {}

    /** Whether a path is a route of ours, and no provider's. */
    public static boolean has(String path) {
        if (path.startsWith("/v1/")) {
            return BELOW_V1.stream().anyMatch(ours -> path.equals(ours) || path.startsWith(ours + "/"));
        }
        return !path.startsWith("/openai/");
    }
}
