package io.reprise.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.reprise.server.config.ServerConfig.LogLevel;
import org.slf4j.LoggerFactory;

/** Sets how much the server's own loggers say; libraries stay as {@code logback.xml} has them. */
final class Logging {
    private Logging() {}

    static void setLevel(LogLevel level) {
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
