package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ClosedPort;
import io.reprise.server.testupstream.Header;
import io.reprise.server.testupstream.ReceivedRequest;
import io.reprise.server.testupstream.TestUpstream;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls go to the upstream that their path and model name, with its credential and no other one's. */
class SeveralUpstreamsTest {
    private static final TestUpstream groq = TestUpstream.start();
    private static final TestUpstream local = TestUpstream.start();
    private static final TestUpstream claude = TestUpstream.start();
    private static final ClosedPort nobody = ClosedPort.reserve();

    @RegisterExtension
    static final Stage stage = Stage.with(
            "upstream.openai.api_key=sk-operator",
            "upstream.openai.headers.x-own=default",
            "upstream.others.groq.url=" + groq.url(),
            "upstream.others.groq.models=llama-*",
            "upstream.others.groq.api_key=sk-groq",
            "upstream.others.groq.headers.x-own=groq",
            "upstream.others.local.url=" + local.url(),
            "upstream.others.local.paths=/v1/embeddings, /v1/rerank*",
            "upstream.others.claude.url=" + claude.url(),
            "upstream.others.claude.wire=anthropic",
            "upstream.others.claude.models=claude-*",
            "upstream.others.claude.api_key=sk-ant-claude",
            "upstream.others.down.url=" + nobody.url(),
            "upstream.others.down.wire=anthropic",
            "upstream.others.down.models=down",
            "upstream.retries.base_delay_ms=1");

    @BeforeEach
    void forget() {
        groq.log().clear();
        local.log().clear();
        claude.log().clear();
    }

    @AfterAll
    static void stop() {
        groq.close();
        local.close();
        claude.close();
        nobody.close();
    }

    private static ObjectNode asking(String model) {
        return Chats.asking(Chats.QUESTION).put("model", model);
    }

    private static ReceivedRequest only(TestUpstream upstream) {
        List<ReceivedRequest> requests = upstream.log().requests();
        assertEquals(1, requests.size());
        return requests.getFirst();
    }

    private static boolean isMentioned(ReceivedRequest request, String secret) {
        return request.headers().stream().map(Header::value).anyMatch(value -> value.contains(secret));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void modelOfAnother_goesThereWithItsKeyAlone(boolean stream) {
        Answer answer = stage.caller().post(Chats.PATH, asking("llama-3.1-8b").put("stream", stream), "x-own", "mine");

        assertEquals(200, answer.status());
        assertEquals(0, stage.upstreamCalls());
        ReceivedRequest request = only(groq);
        assertEquals(List.of("Bearer sk-groq"), request.headerValues("authorization"));
        assertEquals(List.of("groq"), request.headerValues("x-own"));
        assertFalse(isMentioned(request, stage.key()) || isMentioned(request, "sk-operator"));
    }

    @Test
    void otherModel_goesToTheDefaultWithTheDefaultsKeyAlone() {
        stage.caller().post(Chats.PATH, asking("gpt-4o-mini"));

        ReceivedRequest request = only(stage.upstream());
        assertEquals(List.of("Bearer sk-operator"), request.headerValues("authorization"));
        assertEquals(List.of("default"), request.headerValues("x-own"));
        assertEquals(0, groq.log().counts().received());
    }

    @Test
    void pathOfAnother_goesThereWithTheCallersOwnCredential() {
        Answer answer = stage.caller().post("/v1/embeddings", "{\"model\":\"e\",\"input\":\"x\"}", "x-own", "mine");
        stage.caller().post("/v1/rerank/v2", "{}");

        assertEquals(200, answer.status());
        ReceivedRequest request = local.log().requests().getFirst();
        assertEquals(List.of("Bearer " + stage.key()), request.headerValues("authorization"));
        assertEquals(List.of("mine"), request.headerValues("x-own"));
        assertEquals(2, local.log().counts().received());
        assertEquals(0, stage.upstreamCalls());
    }

    @Test
    void callOfTheOtherWire_isNotTaken() {
        stage.caller().get("/v1/embeddings", "anthropic-version", "2023-06-01");

        assertEquals(0, local.log().counts().received());
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void anthropicModel_goesToTheUpstreamOfItsWire() {
        stage.caller()
                .post("/v1/messages", asking("claude-sonnet-4-5").put("max_tokens", 10), "x-api-key", "sk-ant-mine");

        ReceivedRequest request = only(claude);
        assertEquals(List.of("sk-ant-claude"), request.headerValues("x-api-key"));
        assertEquals(List.of(), request.headerValues("authorization"));
        assertFalse(isMentioned(request, "mine") || isMentioned(request, stage.key()));
    }

    @Test
    void failureOfAnother_isToldInItsWiresShapeAndWithItsName() {
        Answer answer = stage.caller().post("/v1/messages", asking("down").put("max_tokens", 10));

        assertEquals(502, answer.status());
        assertEquals("error", answer.json().path("type").asText());
        assertEquals(
                "Reprise: upstream down cannot be reached",
                answer.json().at("/error/message").asText());
    }

    @Test
    void answerOfAnother_isCachedForItsModel() {
        stage.caller().post(Chats.PATH, asking("llama-3.1-70b"));

        Answer hit = stage.caller().post(Chats.PATH, asking("llama-3.1-70b"));

        assertEquals("exact", hit.header("x-reprise-outcome"));
        assertEquals(1, groq.log().counts().received());
    }
}
