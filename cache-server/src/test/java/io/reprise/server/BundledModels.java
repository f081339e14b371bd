package io.reprise.server;

import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.ResolvedConfig;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.Surroundings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The bundled models, open for all tests of a process until it ends: to open one takes a second. */
public final class BundledModels {
    private BundledModels() {}

    /** The configuration of an operator who sets nothing. */
    static ServerConfig defaults() {
        Path models = Path.of(Objects.requireNonNull(System.getProperty("reprise.models"), "reprise.models"));
        return new ConfigLoader(
                        new Surroundings(models, models, Runtime.getRuntime().availableProcessors()))
                .load(null, Map.of(), List.of())
                .config();
    }

    /** The sentence model. Nobody closes it. */
    public static SentenceEmbedder embedder() {
        return Open.MODELS.embedder();
    }

    /** The model that reads two prompts at once. Nobody closes it. */
    static ReadingModel reading() {
        return Objects.requireNonNull(Open.MODELS.reading(), "the bundled model that reads cannot be used");
    }

    /** Starts a server, with these models where its configuration asks for them, else with its own. */
    public static Server server(ResolvedConfig resolved, Clock clock) {
        ServerConfig config = resolved.config();
        if (!config.model().equals(defaults().model())) {
            return Server.start(resolved, clock);
        }
        boolean reads = config.decision().policy() == ServerConfig.PolicyKind.VERIFIED;
        return Server.start(resolved, clock, reads ? Open.MODELS : new Models(embedder(), null));
    }

    /** Opens them when the first test needs them. */
    private static final class Open {
        static final Models MODELS = Models.open(defaults());
    }
}
