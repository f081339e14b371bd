package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.SdkResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Errors of upstream reach the caller as they are, and are not remembered. */
class UpstreamErrorsTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    static List<ApiError> errors() {
        return List.of(
                ApiError.badRequest("Invalid value for 'temperature'.", "temperature", "invalid_value"),
                ApiError.unauthorized(),
                ApiError.forbidden(),
                ApiError.noSuchModel("gpt-9"),
                ApiError.rateLimited(Duration.ofMillis(1500)),
                ApiError.serverError(),
                ApiError.overloaded());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void sdk_throwsWhatItThrowsDirectly(ApiError error) {
        stage.upstream().answer(Reply.of(error));
        SdkResult direct =
                stage.directSdk().complete(Chats.params(Chats.QUESTION).build());

        SdkResult through = stage.sdk().complete(Chats.params(Chats.QUESTION).build());

        assertEquals(direct.tree(), through.tree());
        assertEquals(
                error.status(), through.failure().orElseThrow().path("status").asInt());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void sdksStream_throwsWhatItThrowsDirectly(ApiError error) {
        stage.upstream().answer(Reply.of(error));
        SdkResult direct = stage.directSdk().stream(Chats.params(Chats.QUESTION).build());

        SdkResult through = stage.sdk().stream(Chats.params(Chats.QUESTION).build());

        assertEquals(direct.tree(), through.tree());
        assertEquals(
                error.status(), through.failure().orElseThrow().path("status").asInt());
    }

    @ParameterizedTest
    @MethodSource("errors")
    void error_hasUpstreamsOwnBytes(ApiError error) {
        stage.upstream().answer(Reply.of(error));
        Answer direct = stage.directCaller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        Answer through = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertArrayEquals(direct.body(), through.body());
        assertEquals(direct.header("content-type"), through.header("content-type"));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void error_isAskedAgainNextTime(ApiError error) {
        stage.upstream().answer(Reply.of(error));
        stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));
        stage.upstream().answer(Reply.text("Now it works."));

        Answer next = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals(
                "Now it works.", next.json().at("/choices/0/message/content").asText());
    }

    @Test
    void retryAfter_reachesTheCaller() {
        stage.upstream().answer(Reply.of(ApiError.rateLimited(Duration.ofMillis(1500))));

        Answer limited = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals("2", limited.header("retry-after"));
        assertEquals("1500", limited.header("retry-after-ms"));
    }

    @Test
    void errorStatus_isToldInCacheStatus() {
        stage.upstream().answer(Reply.of(ApiError.serverError()));

        Answer failed = stage.caller().post(Chats.PATH, Chats.asking(Chats.QUESTION));

        assertEquals("reprise; fwd=miss; fwd-status=500; detail=\"no_candidate\"", failed.header("cache-status"));
    }

    @Test
    void connectionAfterAnError_canBeUsedAgain() {
        stage.upstream().answer(Reply.of(ApiError.serverError()));
        String body = Chats.asking(Chats.QUESTION).toString();
        try (var connection = new RawConnection(stage.server().port())) {
            for (int call = 0; call < 3; call++) {
                connection
                        .head(
                                "POST /v1/chat/completions HTTP/1.1",
                                "host: localhost",
                                "authorization: Bearer " + stage.key(),
                                "content-length: " + body.length())
                        .body(body);
                assertEquals(500, connection.answer().status());
            }
        }
    }
}
