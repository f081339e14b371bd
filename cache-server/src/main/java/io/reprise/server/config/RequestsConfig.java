package io.reprise.server.config;

import static io.reprise.server.config.ServerConfig.require;

import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The log of every call, and the reports over it.
 *
 * @param log what is kept of a call
 * @param keep how long a call is kept, positive
 * @param maxBytes how large the log's file may grow, at least 1 MiB; past it the oldest calls go
 * @param onFull what happens while calls cannot be written
 * @param machineUsdPerHour what the server's machine costs, or null where that is not known
 */
public record RequestsConfig(
        Log log,
        Duration keep,
        long maxBytes,
        OnFull onFull,
        @Nullable BigDecimal machineUsdPerHour) {
    /** What is kept of a call. */
    public enum Log {
        /** Nothing. */
        OFF,
        /** All but texts. */
        METADATA,
        /** The texts of questions and answers too. */
        FULL
    }

    /** What happens while calls cannot be written, as when the disk is full. */
    public enum OnFull {
        /** Calls go on, and those that do not fit are counted. */
        ALLOW,
        /** New calls are refused. */
        REFUSE
    }

    public RequestsConfig {
        require(keep.isPositive(), "keep", keep, "positive");
        require(maxBytes >= 1 << 20, "maxBytes", maxBytes, "at least 1 MiB");
        require(
                machineUsdPerHour == null || machineUsdPerHour.signum() >= 0,
                "machineUsdPerHour",
                machineUsdPerHour,
                "not negative");
    }
}
