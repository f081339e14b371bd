package io.reprise.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.reprise.server.config.ServerConfig.LogLevel;
import org.slf4j.LoggerFactory;

/** Sets how much the server's own loggers say; libraries stay as {@code logback.xml} has them. */
final class Logging {
    /** Lucene logs by other means; held here because its level would be forgotten with it. */
    private static final java.util.logging.Logger LUCENE = java.util.logging.Logger.getLogger("org.apache.lucene");

    private Logging() {}

    static void setLevel(LogLevel level) {
        LUCENE.setLevel(java.util.logging.Level.WARNING);
        if (LoggerFactory.getLogger("io.reprise") instanceof Logger ours) {
            ours.setLevel(
                    switch (level) {
                        case ERROR -> Level.ERROR;
                        case WARN -> Level.WARN;
                        case INFO -> Level.INFO;
                        case DEBUG -> Level.DEBUG;
                        case TRACE -> Level.TRACE;
                    });
        }
    }
}
