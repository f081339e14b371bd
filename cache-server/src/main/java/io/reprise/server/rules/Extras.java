package io.reprise.server.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.config.RulesConfig.Extra;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Turn;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a call has beside one question in plain text. */
final class Extras {
    /** Parameters with which a question is still a question. */
    private static final Set<String> PLAIN = Set.of(
            "temperature",
            "top_p",
            "top_k",
            "max_tokens",
            "max_completion_tokens",
            "max_output_tokens",
            "stop",
            "stop_sequences",
            "seed",
            "presence_penalty",
            "frequency_penalty",
            "reasoning",
            "reasoning_effort",
            "thinking",
            "verbosity",
            "service_tier",
            "store",
            "truncation");

    private Extras() {}

    /** What it has, or null where it has what no rule may answer: another kind of input, or a field that is not known here. */
    static @Nullable Set<Extra> of(Call call) {
        String uncacheable = call.uncacheable();
        if (uncacheable != null && !uncacheable.equals("temperature") && !uncacheable.equals("side-effects")) {
            return null;
        }
        Set<Extra> found = EnumSet.noneOf(Extra.class);
        for (Map.Entry<String, JsonNode> field : call.shape().properties()) {
            switch (field.getKey()) {
                case "system", "instructions" -> found.add(Extra.SYSTEM);
                case "tools", "tool_choice", "functions", "function_call", "parallel_tool_calls" ->
                    found.add(Extra.TOOLS);
                case "response_format", "output_format" -> {
                    if (!"text".equals(field.getValue().path("type").textValue())) {
                        found.add(Extra.SCHEMA);
                    }
                }
                case "text", "output_config" -> {
                    if (!"text"
                            .equals(field.getValue().path("format").path("type").asText("text"))) {
                        found.add(Extra.SCHEMA);
                    }
                }
                default -> {
                    if (!PLAIN.contains(field.getKey())) {
                        return null;
                    }
                }
            }
        }
        List<Turn> turns = call.turns();
        for (Turn turn : turns.subList(0, turns.size() - 1)) {
            String role = turn.shape().path("role").asText();
            found.add(role.equals("system") || role.equals("developer") ? Extra.SYSTEM : Extra.TURNS);
        }
        return isText(turns.getLast()) ? found : null;
    }

    /** Whether a turn is a user's text and nothing besides. */
    private static boolean isText(Turn turn) {
        ObjectNode shape = turn.shape();
        if (turn.texts().size() != 1) {
            return false;
        }
        return "prompt".equals(shape.path("type").textValue())
                || (shape.path("content").size() == 1
                        && "user".equals(shape.path("role").textValue()));
    }
}
