package io.reprise.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.SightConfig.LogFormat;
import java.util.Iterator;
import org.slf4j.LoggerFactory;

/** Sets how much the server's own loggers say and in which form; libraries stay as {@code logback.xml} has them. */
final class Logging {
    /** Lucene logs by other means; held here because its level would be forgotten with it. */
    private static final java.util.logging.Logger LUCENE = java.util.logging.Logger.getLogger("org.apache.lucene");

    private Logging() {}

    static void apply(ServerConfig config) {
        LUCENE.setLevel(java.util.logging.Level.WARNING);
        if (LoggerFactory.getLogger("io.reprise") instanceof Logger ours) {
            ours.setLevel(
                    switch (config.logLevel()) {
                        case ERROR -> Level.ERROR;
                        case WARN -> Level.WARN;
                        case INFO -> Level.INFO;
                        case DEBUG -> Level.DEBUG;
                        case TRACE -> Level.TRACE;
                    });
        }
        if (config.sight().logFormat() == LogFormat.JSON
                && LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            asJson(root);
        }
    }

    /** Gives every appender that writes lines the form of JSON. */
    static void asJson(Logger root) {
        for (Iterator<ch.qos.logback.core.Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
            if (all.next() instanceof OutputStreamAppender<ILoggingEvent> lines) {
                var encoder = new JsonLines();
                encoder.setContext(root.getLoggerContext());
                encoder.start();
                lines.setEncoder(encoder);
            }
        }
    }
}
