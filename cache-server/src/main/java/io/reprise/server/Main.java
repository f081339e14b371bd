package io.reprise.server;

import io.reprise.server.cli.PriceCheckOrder;
import io.reprise.server.cli.PriceChecker;
import io.reprise.server.cli.RepriseCli;
import io.reprise.server.config.ResolvedConfig;
import io.reprise.server.config.ServerConfig;
import java.io.Console;
import java.time.Clock;

/** The program: the command line in front of {@link Server}. */
public final class Main {
    private Main() {}

    /** Entry point of the launcher. */
    public static void main(String[] args) {
        int status = RepriseCli.ofProcess(Main::serve, ReplayWiring::replay, Main::checkPrices)
                .execute(args);
        if (status != 0) {
            System.exit(status);
        }
    }

    private static PriceChecker.Findings checkPrices(ServerConfig config, PriceCheckOrder order) {
        return PriceWiring.check(config, order, Clock.systemUTC());
    }

    /** Starts a server that ends with the process. */
    // It is null again from JDK 25 on, where the console is the plain one and nobody sits at it.
    @SuppressWarnings("SystemConsoleNull")
    private static void serve(ResolvedConfig config) {
        Server server = Server.start(config, Clock.systemUTC());
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
        // A link in a log would let in whoever reads that.
        Console console = System.console();
        String loginPath = console != null && console.isTerminal() ? server.loginPath() : null;
        System.out.println(Greeting.of(config.config(), server.port(), loginPath));
    }
}
