package io.reprise.server.config;

import static io.reprise.server.config.ServerConfig.require;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whom the server tells when something is unusual.
 *
 * @param webhooks URLs that alerts are posted to; none: alerts are logged alone
 * @param secret what posts are signed with, or null: then one is made and kept in the data folder
 * @param upstreamErrorRate share of failed upstream calls from which an alert is raised, 0 to 1
 */
public record AlertsConfig(List<URI> webhooks, @Nullable Secret secret, double upstreamErrorRate) {
    public AlertsConfig {
        webhooks = List.copyOf(webhooks);
        require(upstreamErrorRate >= 0 && upstreamErrorRate <= 1, "upstreamErrorRate", upstreamErrorRate, "0 to 1");
    }

    /** Leaves the URLs out: some providers put a key into them. */
    @Override
    public String toString() {
        return "AlertsConfig[webhooks=" + webhooks.size() + ", upstreamErrorRate=" + upstreamErrorRate + "]";
    }
}
