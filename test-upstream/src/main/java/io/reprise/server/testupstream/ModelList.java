package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The answers of {@code /v1/models} and {@code /v1/models/<id>}. */
final class ModelList {

    private static final String PATH = "/v1/models";
    private static final long CREATED_SECONDS = 1_715_367_049;
    private static final List<String> MODELS = List.of(
            "gpt-4o",
            "gpt-4o-2024-08-06",
            "gpt-4o-mini",
            "gpt-4.1",
            "gpt-4.1-mini",
            "gpt-4.1-nano",
            "gpt-5",
            "gpt-5-mini",
            "gpt-5-nano",
            "o3",
            "o4-mini",
            "text-embedding-3-small",
            "text-embedding-3-large");
    private static final RawBody ALL = new RawBody(200, "application/json", Json.bytes(all()));

    private ModelList() {}

    static Content of(ReceivedRequest request) {
        if (request.path().equals(PATH)) {
            return ALL;
        }
        String id = request.path().substring(PATH.length() + 1);
        return MODELS.contains(id)
                ? new RawBody(200, "application/json", Json.bytes(model(id)))
                : ApiError.noSuchModel(id);
    }

    private static ObjectNode all() {
        ObjectNode list = Json.object().put("object", "list");
        ArrayNode data = list.putArray("data");
        MODELS.forEach(id -> data.add(model(id)));
        return list;
    }

    private static ObjectNode model(String id) {
        return Json.object()
                .put("id", id)
                .put("object", "model")
                .put("created", CREATED_SECONDS)
                .put("owned_by", "system");
    }
}
