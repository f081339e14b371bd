package io.reprise.server.cli;

import io.reprise.server.config.ResolvedConfig;

/** Runs a server: the seam between the command line and what is wired behind it. */
@FunctionalInterface
public interface ServerStarter {
    /**
     * Starts the server and returns when it runs, or when it has stopped; the process ends with its last thread.
     *
     * @throws StartException when it cannot start for a reason that the operator can mend
     */
    void serve(ResolvedConfig config);
}
