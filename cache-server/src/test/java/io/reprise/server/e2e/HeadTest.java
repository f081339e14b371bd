package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HEAD is answered where GET is, with the same head and no body, and the connection goes on. */
class HeadTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/metrics",
                "/health/live",
                "/health/ready",
                "/v1/cache/stats",
                "/v1/cache/entries",
                "/v1/cache/entries?limit=0",
                "/v1/cache/entries/absent",
                "/v1/cache/export",
                "/v1/savings",
                "/v1/cache/nothing"
            })
    void head_isThatOfGet(String path) {
        Answer get = stage.caller().get(path);
        try (var connection = new RawConnection(stage.server().port())) {
            for (int call = 0; call < 2; call++) {
                connection.head(
                        "HEAD " + path + " HTTP/1.1", "host: 127.0.0.1", "authorization: Bearer " + stage.key());
                Answer head = connection.answerToHead();
                assertEquals(get.status(), head.status(), path);
                assertEquals(get.headerValues("content-type"), head.headerValues("content-type"), path);
            }
        }
    }

    @Test
    void entry_hasAHead() {
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        String id = stage.caller()
                .get("/v1/cache/entries")
                .json()
                .at("/entries/0/id")
                .asText();

        Answer head = stage.caller().send("HEAD", "/v1/cache/entries/" + id, BodyPublishers.noBody());

        assertEquals(200, head.status());
        assertEquals(List.of("application/json"), head.headerValues("content-type"));
        assertEquals(0, head.body().length);
    }
}
