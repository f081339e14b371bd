package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Imports that send nothing take no more than a caller's part of the places, none of those of exports, and none for
 * long.
 */
class IdleTransfersTest {
    private static final String EXPORT = "/v1/cache/export";
    private static final String IMPORT = "/v1/cache/import";
    private static final String LINE = "{\"prompt\":\"a\",\"completion\":\"b\"}\n";
    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final Stage patient = Stage.with();

    @RegisterExtension
    static final Stage hurried = Stage.with("http.transfer_idle_ms=100");

    @Test
    void idleImportsOfOneCaller_leaveOthersAndAllExportsAlone() {
        List<RawConnection> idle = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            idle.add(idleImport(patient));
        }
        WireCaller other = patient.caller().with("authorization", "Bearer other");

        Eventually.await(SOON, () -> patient.caller().post(IMPORT, LINE).status() == 503);

        for (WireCaller caller : List.of(patient.caller(), other, patient.administrator())) {
            assertEquals(200, caller.get(EXPORT).status());
        }
        assertEquals(200, other.post(IMPORT, LINE).status());
        idle.forEach(RawConnection::close);
        Eventually.await(SOON, () -> patient.caller().post(IMPORT, LINE).status() == 200);
    }

    @Test
    void importThatStops_isEndedAndKeepsWhatCame() {
        try (var connection = idleImport(hurried)) {
            connection.body(LINE);

            Answer answer = connection.answer();

            assertEquals(408, answer.status());
            assertEquals("application/problem+json", answer.header("content-type"));
            assertTrue(connection.isClosedByServer());
        }
        assertEquals(
                1,
                hurried.caller().get("/v1/cache/entries").json().path("entries").size());
    }

    @Test
    void importThatGoesOnByteByByte_isEndedToo() {
        try (var connection = idleImport(hurried)) {
            Eventually.await(SOON, () -> connection.body(" ").hasAnswer());

            assertEquals(408, connection.answer().status());
        }
    }

    private static RawConnection idleImport(Stage stage) {
        return new RawConnection(stage.server().port())
                .head(
                        "POST " + IMPORT + " HTTP/1.1",
                        "host: localhost",
                        "authorization: Bearer " + stage.key(),
                        "content-length: 10000000");
    }
}
