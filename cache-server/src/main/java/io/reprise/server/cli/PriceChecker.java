package io.reprise.server.cli;

import io.reprise.server.config.ServerConfig;

/** Looks for what the price table lacks: the seam between the command line and what is wired behind it. */
@FunctionalInterface
public interface PriceChecker {
    /**
     * What was found.
     *
     * @param text for people, or JSON where that was asked for; ends a line
     * @param clean whether nothing is to be done
     */
    record Findings(String text, boolean clean) {}

    /**
     * Looks for models of calls without a price, and for prices that are old.
     *
     * @throws StartException when it cannot, for a reason that the operator can mend
     */
    Findings check(ServerConfig config, PriceCheckOrder order);
}
