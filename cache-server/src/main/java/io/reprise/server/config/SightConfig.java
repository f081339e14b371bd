package io.reprise.server.config;

import java.util.Objects;

/**
 * What an operator sees of calls. Immutable.
 *
 * @param logRequests whether each call is a line of the log
 * @param doctorMisses misses remembered, at least 0
 */
public record SightConfig(boolean logRequests, LogFormat logFormat, int doctorMisses) {
    public SightConfig {
        Objects.requireNonNull(logFormat, "logFormat");
    }

    /** The form of the log's lines. */
    public enum LogFormat {
        /** For a reader. */
        TEXT,
        /** An object of JSON each. */
        JSON
    }
}
