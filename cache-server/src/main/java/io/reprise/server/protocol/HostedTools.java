package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Tools that a provider runs itself, so that an answer comes after they have run.
 *
 * <p>Those that only look things up are cached, but for equal questions alone: a question in other words would have been looked up
 * otherwise. Those that act are not cached at all, since a replay would not act.
 */
final class HostedTools {
    /** Why a call with tools that look things up is never answered by another question's answer. */
    static final String LOOKS_UP = "looks-up";
    /** Why a call with tools that act is not cached. */
    static final String ACTS = "hosted-tools";

    private static final List<String> LOOKING_UP = List.of("web_search", "web_fetch", "file_search");
    private static final List<String> ACTING = List.of("mcp", "code_execution");
    private static final List<String> RUN_BY_THE_CLIENT = List.of("function", "custom");

    private HostedTools() {}

    /** Whether one of the tools looks things up. */
    static boolean lookUp(JsonNode tools) {
        return anyIs(LOOKING_UP, tools);
    }

    /** Whether one of the tools acts; others of types that are not known are asked for in the answer, and run by the client. */
    static boolean act(JsonNode tools) {
        return anyIs(ACTING, tools);
    }

    /** Whether one of the tools may act, as any does that is of a type that is not known. */
    static boolean mayAct(JsonNode tools) {
        for (JsonNode tool : tools) {
            if (!is(RUN_BY_THE_CLIENT, tool) && !is(LOOKING_UP, tool)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyIs(List<String> types, JsonNode tools) {
        for (JsonNode tool : tools) {
            if (is(types, tool)) {
                return true;
            }
        }
        return false;
    }

    /** Types may carry a version after the name: {@code web_search_20250305}. */
    private static boolean is(List<String> types, JsonNode tool) {
        String type = tool.path("type").asText();
        return types.stream().anyMatch(type::startsWith);
    }
}
