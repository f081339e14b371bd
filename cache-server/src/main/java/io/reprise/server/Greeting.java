package io.reprise.server;

import io.reprise.server.cli.AdminToken;
import io.reprise.server.config.Release;
import io.reprise.server.config.ServerConfig;
import org.jspecify.annotations.Nullable;

/** What a started server says: its address, and three commands that show what it does. */
final class Greeting {
    private Greeting() {}

    /**
     * @param loginPath where a browser logs in once, to be shown to a person alone; or null
     */
    static String of(ServerConfig config, int port, @Nullable String loginPath) {
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        String scheme = config.tls() == null ? "http" : "https";
        String url = scheme + "://" + (host.equals("0.0.0.0") || host.equals("[::]") ? "127.0.0.1" : host) + ":" + port;
        String token =
                config.adminToken() == null ? "is in " + config.data().resolve(AdminToken.FILE) : "is configured";
        String dashboard = loginPath == null
                ? url + "/ (./reprise dashboard prints a link that logs you in)"
                : url + loginPath + " (logs you in, once, within five minutes)";
        return """
            Reprise %4$s listens on %1$s, data in %2$s. The administrator's token %3$s.
            The dashboard: %5$s
            Try it: store an answer, ask in other words (hit), ask something else (miss):

              curl -s %1$s/v1/cache/entries -H 'content-type: application/json' -d '{"prompt":"How do I reset my password?","completion":"Open Settings, choose Security, then Reset password."}'
              curl -s %1$s/v1/cache/lookup -H 'content-type: application/json' -d '{"prompt":"How can I reset my password?"}'
              curl -s %1$s/v1/cache/lookup -H 'content-type: application/json' -d '{"prompt":"How do I delete my account?"}'
            """.formatted(url, config.data(), token, Release.current().version(), dashboard);
    }
}
