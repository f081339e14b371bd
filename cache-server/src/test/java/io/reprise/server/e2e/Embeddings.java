package io.reprise.server.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.ReceivedRequest;
import java.util.ArrayList;
import java.util.List;

/** Requests for embeddings, and what their answers hold. */
final class Embeddings {
    static final String PATH = "/v1/embeddings";
    static final String MODEL = "text-embedding-3-small";

    private Embeddings() {}

    /** A request for several texts, with few dimensions so that failures can be read. */
    static ObjectNode of(String... texts) {
        ObjectNode body = Chats.object().put("model", MODEL).put("dimensions", 3);
        for (String text : texts) {
            body.withArray("input").add(text);
        }
        return body;
    }

    /** The vectors of an answer, each as JSON. */
    static List<String> vectors(Answer answer) {
        List<String> vectors = new ArrayList<>();
        answer.json()
                .path("data")
                .forEach(each -> vectors.add(each.path("embedding").toString()));
        return vectors;
    }

    /** What each request that upstream received asked for. */
    static List<String> asked(Stage stage) {
        return stage.upstream().log().requests().stream()
                .map(ReceivedRequest::json)
                .map(body -> body.map(json -> json.path("input")).map(JsonNode::toString))
                .map(input -> input.orElse("not JSON"))
                .toList();
    }

    static long promptTokens(Answer answer) {
        return answer.json().at("/usage/prompt_tokens").asLong(-1);
    }
}
