package io.reprise.server.cli;

import io.reprise.server.config.ServerConfig;
import java.util.function.Consumer;

/** Replays a log of prompts: the seam between the command line and what is wired behind it. */
@FunctionalInterface
public interface ReplayStarter {
    /**
     * Replays a log and returns the report.
     *
     * @param progress told now and then, in a line, how far it is
     * @throws StartException when it cannot, for a reason that the operator can mend
     */
    String replay(ServerConfig config, ReplayOrder order, Consumer<String> progress);
}
