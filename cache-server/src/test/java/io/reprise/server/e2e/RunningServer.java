package io.reprise.server.e2e;

import io.reprise.server.BundledModels;
import io.reprise.server.Server;
import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.FlagSetting;
import io.reprise.server.config.ResolvedConfig;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.Surroundings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The real server on a free loopback port, configured as an operator would. */
final class RunningServer implements AutoCloseable {
    private final Server server;

    private RunningServer(Server server) {
        this.server = server;
    }

    /**
     * Starts a server.
     *
     * @param upstreamUrl of both providers, unless a setting says otherwise
     * @param settings each {@code key=value}, as for {@code --set}; later ones win
     */
    static RunningServer start(Path data, String upstreamUrl, Clock clock, String... settings) {
        return new RunningServer(BundledModels.server(resolved(data, upstreamUrl, settings), clock));
    }

    /** The configuration that {@link #start} starts with. */
    static ServerConfig config(Path data, String upstreamUrl, String... settings) {
        return resolved(data, upstreamUrl, settings).config();
    }

    private static ResolvedConfig resolved(Path data, String upstreamUrl, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "port=0",
                "data=" + data,
                "log_level=warn",
                "embedding.queue=4096",
                "upstream.openai.url=" + upstreamUrl,
                "upstream.anthropic.url=" + upstreamUrl));
        all.addAll(List.of(settings));
        List<FlagSetting> flags = all.stream()
                .map(setting -> setting.split("=", 2))
                .map(parts -> new FlagSetting("--set", parts[0], parts[1]))
                .toList();
        Surroundings here = new Surroundings(data, Path.of(System.getProperty("reprise.models")), 2);
        return new ConfigLoader(here).load(null, Map.of(), flags);
    }

    /** As {@link Server#loginPath}. */
    String loginPath() {
        return server.loginPath();
    }

    int port() {
        return server.port();
    }

    /** Without a path. */
    String url() {
        return "http://127.0.0.1:" + port();
    }

    /** What the OpenAI SDK calls the base URL. */
    String baseUrl() {
        return url() + "/v1";
    }

    @Override
    public void close() {
        server.close();
    }
}
