package io.reprise.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Gate;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.Wire;
import io.reprise.server.reply.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as a limit has it: of another model, or with an answer of at most so many tokens.
 *
 * @param body the changed one
 * @param what was changed, such as {@code max_tokens=1024}
 */
public record Clamp(ObjectNode body, String what) {
    private static final List<String> BOUNDS = List.of("max_completion_tokens", "max_output_tokens", "max_tokens");

    /**
     * Asks whether a call may be made.
     *
     * @param deployment the model that the path names, whatever the body names, or null
     * @param wire null for one whose answers have no tokens
     * @return what is to be changed of the call for that, or null
     * @throws Problem when it may not be made
     */
    public static @Nullable Clamp asked(
            Tab tab, @Nullable String deployment, ObjectNode body, @Nullable Wire wire, TokenCounter tokens) {
        String model = deployment == null ? body.path("model").textValue() : deployment;
        Gate.Admitted admitted = tab.admit(model, body, () -> tokens.count(model, body.toString()));
        if (deployment != null && admitted.model() != null && !admitted.model().equals(deployment)) {
            throw Problem.otherModel(admitted.model());
        }
        Clamp clamp = of(body, admitted, wire);
        if (clamp != null) {
            tab.clamped(
                    clamp.what, deployment == null ? clamp.body.path("model").textValue() : deployment, clamp.body);
        }
        return clamp;
    }

    /**
     * Asks whether a call may be made that goes as it came: what is not read cannot be changed either.
     *
     * @throws Problem when it may not be made as it is
     */
    static void none(Tab tab, @Nullable String model) {
        Gate.Admitted admitted = tab.admit(model, null, () -> 0);
        if (admitted.maxOutputTokens() != null || admitted.model() != null) {
            throw Problem.notClamped();
        }
    }

    /** The body as a limit has it, or null where that changes nothing. */
    static @Nullable Clamp of(ObjectNode body, Gate.Admitted admitted, @Nullable Wire wire) {
        List<String> changes = new ArrayList<>();
        ObjectNode changed = body.deepCopy();
        String model = admitted.model();
        if (model != null && !model.equals(body.path("model").textValue())) {
            changed.put("model", model);
            changes.add("model=" + model);
        }
        Long most = admitted.maxOutputTokens();
        if (most != null && wire != null) {
            List<String> given = BOUNDS.stream().filter(body::hasNonNull).toList();
            for (String name : given.isEmpty() ? List.of(bound(wire)) : given) {
                JsonNode asked = body.path(name);
                if (!asked.isIntegralNumber() || !asked.canConvertToLong() || asked.longValue() > most) {
                    changed.put(name, most);
                    changes.add(name + "=" + most);
                }
            }
        }
        return changes.isEmpty() ? null : new Clamp(changed, String.join(",", changes));
    }

    /** The most tokens that the answer may have by the request's own word, or null where it does not say. */
    static @Nullable Long maxTokens(ObjectNode body) {
        return BOUNDS.stream()
                .map(body::path)
                .filter(asked -> asked.isIntegralNumber() && asked.canConvertToLong())
                .map(JsonNode::longValue)
                .max(Long::compare)
                .orElse(null);
    }

    private static String bound(Wire wire) {
        return switch (wire) {
            case OPENAI_CHAT -> "max_completion_tokens";
            case OPENAI_RESPONSES -> "max_output_tokens";
            case OPENAI_COMPLETIONS, ANTHROPIC_MESSAGES -> "max_tokens";
        };
    }
}
