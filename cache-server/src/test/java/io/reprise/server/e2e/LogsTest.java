package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.telemetry.CallLog;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.RawBody;
import io.reprise.server.testupstream.Reply;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** The log tells of the server's own faults and of upstreams': callers' mistakes make no line, and what they say never stands in it. */
class LogsTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage telling = Stage.with("log.requests=true");

    private static final String SECRET = "marmalade";

    private final ListAppender<ILoggingEvent> events = new ListAppender<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    @BeforeEach
    void listen() {
        events.start();
        root.addAppender(events);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(events);
    }

    @Test
    void callersMistakesAndTexts_areNotLogged() {
        WireCaller caller = stage.caller().with("x-api-key", SECRET);
        ObjectNode chat = Chats.asking("What about " + SECRET + "?");
        caller.post("/v1/cache/lookup", "{\"prompt\":\"" + SECRET);
        caller.post("/v1/cache/lookup", "{\"" + SECRET + "\":\"\\ud800\"}");
        caller.post("/v1/cache/entries", Chats.object().put("prompt", SECRET).put("completion", 7));
        caller.post(Chats.PATH, "{" + SECRET);
        caller.post(Chats.PATH, chat, "x-reprise-mode", SECRET);
        caller.get("/v1/cache/entries?cursor=" + SECRET);
        caller.get("/" + SECRET);
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head("GET /v1/%zz" + SECRET + " HTTP/1.1", "host: localhost");
            assertEquals(400, connection.answer().status());
        }
        for (Reply reply : List.of(
                Reply.of(ApiError.serverError()),
                Reply.of(RawBody.truncatedJson()),
                Reply.of(RawBody.brokenEvents()),
                Reply.text(SECRET).resetting(-1),
                Reply.text(SECRET).breakingOff(1))) {
            stage.upstream().answer(reply);
            caller.post(Chats.PATH, chat);
            streamed(caller);
        }

        List<String> lines = events.list.stream()
                .map(event -> event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage())
                .toList();
        assertFalse(lines.toString().contains(SECRET), lines.toString());
        // The test upstream breaks connections of its own on purpose, and says so.
        assertEquals(
                List.of(),
                lines.stream()
                        .filter(line -> !line.contains("ConnectionBase") && !line.contains("UpstreamWatch"))
                        .toList());
    }

    @Test
    void errorOfUpstream_isALineAtWarn() {
        telling.upstream().answer(Reply.of(ApiError.serverError()));
        telling.caller().post(Chats.PATH, Chats.asking("What about " + SECRET + "?"));
        List<String> warnings = events.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
        assertEquals(List.of("upstream openai answered 500"), warnings);
    }

    @Test
    void everyCall_isALineWhereThatIsWanted() {
        // Another test may have left the server's loggers quieter.
        ((Logger) LoggerFactory.getLogger(CallLog.class)).setLevel(Level.INFO);
        for (int i = 0; i < 2; i++) {
            telling.caller().post(Chats.PATH, Chats.asking("What about " + SECRET + "?"), "x-request-id", "mine-" + i);
        }
        Eventually.await(Duration.ofSeconds(10), () -> calls().size() == 2);
        assertTrue(
                calls().get(0).startsWith("call request=mine-0 endpoint=/v1/chat/completions status=200 outcome=miss"));
        assertTrue(calls().get(1)
                .startsWith("call request=mine-1 endpoint=/v1/chat/completions status=200 outcome=exact"));
        assertFalse(calls().toString().contains(SECRET));
        assertFalse(calls().toString().contains(telling.key()));
    }

    private List<String> calls() {
        return List.copyOf(events.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> message.startsWith("call "))
                .toList();
    }

    private static void streamed(WireCaller caller) {
        try {
            caller.post(Chats.PATH, Chats.streaming("What about " + SECRET + "?"));
        } catch (UncheckedIOException brokenOff) {
            // As upstream did.
        }
    }
}
