package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that could be read in two ways, or never end, hold up nobody. */
class FramingTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @RegisterExtension
    static final Stage hasty = Stage.with("limits.head_timeout_ms=300", "limits.connections=700");

    @RegisterExtension
    static final Stage small = Stage.with("limits.connections=3");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transfer-encoding: xchunked",
                "transfer-encoding: chunked, identity",
                "transfer-encoding: identity",
                "transfer-encoding: gzip, chunked",
                "transfer-encoding: chunked, chunked",
                "transfer-encoding: chunked\r\ntransfer-encoding: identity",
                "transfer-encoding: chunked\r\ntransfer-encoding: chunked",
                "transfer-encoding:",
                "transfer-encoding: \"chunked\"",
                "transfer-encoding: chunked;q=1",
                "content-length: 5\r\ntransfer-encoding: chunked",
                "transfer-encoding: chunked\r\ncontent-length: 5",
                "Transfer-Encoding: chunked\r\nContent-Length: 0",
                "transfer-encoding : chunked",
                "content-length: 5\r\ncontent-length: 6",
                "content-length: +5",
                "content-length: 5, 6"
            })
    void bodyFramedInTwoWays_is400AndTheConnectionEnds(String framing) {
        for (String before : List.of("", "GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n")) {
            try (var connection = new RawConnection(stage.server().port())) {
                connection.body(before);
                if (!before.isEmpty()) {
                    connection.answer();
                }
                connection.head("POST /v1/files HTTP/1.1", "host: localhost", framing);
                connection.body("0\r\n\r\nGET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n");

                assertEquals(400, connection.answer().status());
                assertTrue(connection.isClosedByServer());
                assertEquals(0, stage.upstreamCalls());
            }
        }
    }

    @Test
    void chunkedInHttp10_isRefused() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head("POST /v1/files HTTP/1.0", "host: localhost", "transfer-encoding: chunked");

            assertEquals(400, connection.answer().status());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Chunked", "CHUNKED", "chunked \t"})
    void chunkedInAnyCase_isRead(String coding) {
        try (var connection = new RawConnection(stage.server().port())) {
            connection
                    .head("POST /v1/files HTTP/1.1", "host: localhost", "transfer-encoding: " + coding)
                    .body("3\r\nabc\r\n0\r\n\r\n");

            assertEquals(3, connection.answer().json().path("body_bytes").asInt());
        }
    }

    @Test
    void healthIsAnswered_whileHundredsOfHeadsHang() {
        List<RawConnection> hanging = new ArrayList<>();
        try {
            for (int i = 0; i < 600; i++) {
                hanging.add(new RawConnection(stage.server().port()).body("GET /v1/models HTTP/1.1\r\nx-slow: "));
            }

            assertEquals(200, stage.caller().get("/health/live").status());
        } finally {
            hanging.forEach(RawConnection::close);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "P",
                "GET /health/live HTTP/1.1\r\nx-slow: ",
                "GET /health/live HTTP/1.1\r\nhost: localhost\r\n"
            })
    void headThatDoesNotEnd_losesItsConnection(String start) {
        try (var connection = new RawConnection(hasty.server().port())) {
            connection.body(start);

            assertTrue(connection.isClosedByServer());
        }
    }

    @Test
    void secondHeadThatDoesNotEnd_losesItsConnection() {
        try (var connection = new RawConnection(hasty.server().port())) {
            connection.head("GET /health/live HTTP/1.1", "host: localhost");
            assertEquals(200, connection.answer().status());
            connection.body("GET /health/live HTTP/1.1\r\nx-slow: ");

            assertTrue(connection.isClosedByServer());
        }
    }

    @Test
    void connectionPastTheLimit_isClosedAndOneThatEndsMakesRoom() {
        int port = small.server().port();
        try (var first = new RawConnection(port);
                var second = new RawConnection(port)) {
            try (var third = new RawConnection(port)) {
                for (RawConnection each : List.of(first, second, third)) {
                    each.head("GET /health/live HTTP/1.1", "host: localhost");
                    assertEquals(200, each.answer().status());
                }
                try (var fourth = new RawConnection(port)) {
                    assertTrue(fourth.isClosedByServer());
                }
            }
            Eventually.await(Duration.ofSeconds(10), () -> {
                try (var next = new RawConnection(port)) {
                    next.head("GET /health/live HTTP/1.1", "host: localhost");
                    return next.answer().status() == 200;
                } catch (UncheckedIOException | AssertionError stillFull) {
                    return false;
                }
            });
        }
    }
}
