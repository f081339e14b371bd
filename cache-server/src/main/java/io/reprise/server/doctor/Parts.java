package io.reprise.server.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Fingerprint;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Turn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What of a call must be equal for an answer to serve another, by name: the model, each parameter, each turn before the last.
 *
 * @param byName each as text; of a long one the beginning, and a hash of all
 */
record Parts(Map<String, String> byName) {
    static final String MODEL = "model";

    private static final int MAX_PARTS = 64;
    private static final int MAX_LENGTH = 4_000;

    Parts {
        byName = Map.copyOf(byName);
    }

    /** The parts of a call, or null where it has more than are compared. */
    static @Nullable Parts of(CacheQuery query, Call call) {
        List<Turn> turns = call.question().turns();
        JsonNode shape = call.question().shape();
        if (turns.size() + shape.size() > MAX_PARTS) {
            return null;
        }
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("namespace", query.namespace());
        parts.put(MODEL, String.valueOf(call.name()));
        for (Map.Entry<String, JsonNode> field : shape.properties()) {
            parts.put(field.getKey(), text(words(field.getValue())));
        }
        for (int i = 0; i < turns.size() - 1; i++) {
            Turn turn = turns.get(i);
            String role = turn.shape().path("role").asText("turn");
            String words = words(turn.shape().path("content")) + String.join("\n", turn.texts());
            parts.put("turn " + (i + 1) + " (" + role + ")", text(words));
        }
        return new Parts(parts);
    }

    /** The names of the parts in which these differ, in order. */
    List<String> differences(Parts other) {
        var names = new TreeSet<>(byName.keySet());
        names.addAll(other.byName.keySet());
        List<String> differ = new ArrayList<>();
        for (String name : names) {
            if (!value(name).equals(other.value(name))) {
                differ.add(name);
            }
        }
        return differ;
    }

    /** The part's text, empty where there is none. */
    String value(String name) {
        return byName.getOrDefault(name, "");
    }

    /** The texts of a list of parts one after the other; else the JSON. */
    private static String words(JsonNode content) {
        if (content.isTextual()) {
            return content.textValue();
        }
        var words = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.isTextual() && (part.size() != 2 || !part.path("text").isTextual())) {
                return content.toString();
            }
            words.append(part.isTextual() ? part.textValue() : part.path("text").textValue())
                    .append('\n');
        }
        return content.isArray() && !content.isEmpty()
                ? words.toString()
                : content.isMissingNode() ? "" : content.toString();
    }

    private static String text(String all) {
        return all.length() <= MAX_LENGTH
                ? all
                : all.substring(0, MAX_LENGTH) + " ... "
                        + new Fingerprint()
                                .json(StrictJson.object().put("all", all))
                                .hex();
    }
}
