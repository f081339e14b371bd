package io.reprise.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The log as JSON, through an appender as the server has one. */
class JsonLinesTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LoggerContext context = new LoggerContext();
    private final Logger log = context.getLogger("io.reprise.server.Server");

    @BeforeEach
    void listen() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        var appender = new OutputStreamAppender<ILoggingEvent>();
        appender.setContext(context);
        appender.setEncoder(new PatternLayoutEncoder());
        appender.setOutputStream(written);
        appender.setImmediateFlush(true);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(appender);
        Logging.asJson(root);
        appender.start();
    }

    private List<JsonNode> lines() throws IOException {
        var mapper = new ObjectMapper();
        var lines = new ArrayList<JsonNode>();
        for (String line : written.toString(StandardCharsets.UTF_8).lines().toList()) {
            lines.add(mapper.readTree(line));
        }
        return lines;
    }

    @Test
    void event_isAnObjectOnALine() throws IOException {
        log.atInfo().addKeyValue("http.response.status_code", 200).log("listening on {}", 8080);
        log.warn("second");
        List<JsonNode> lines = lines();
        assertEquals(2, lines.size());
        JsonNode first = lines.getFirst();
        assertEquals("listening on 8080", first.path("message").asText());
        assertEquals("INFO", first.path("log.level").asText());
        assertEquals("io.reprise.server.Server", first.path("log.logger").asText());
        assertEquals(200, first.path("http.response.status_code").asInt());
        assertTrue(Instant.parse(first.path("@timestamp").asText()).isAfter(Instant.EPOCH));
    }

    @Test
    void lineEndsAndQuotes_forgeNoEvent() throws IOException {
        log.info("a\n{\"log.level\":\"ERROR\"}\r\u2028\"b\u0000");
        List<JsonNode> lines = lines();
        assertEquals(1, lines.size());
        assertEquals(
                "a\n{\"log.level\":\"ERROR\"}\r\u2028\"b\u0000",
                lines.getFirst().path("message").asText());
    }

    @Test
    void failure_hasItsTypeAndItsTrace() throws IOException {
        log.error("broken", new IllegalStateException("why\nindeed"));
        JsonNode line = lines().getFirst();
        assertEquals("java.lang.IllegalStateException", line.path("error.type").asText());
        assertEquals("why\nindeed", line.path("error.message").asText());
        assertTrue(line.path("error.stack_trace").asText().contains("JsonLinesTest"));
    }
}
