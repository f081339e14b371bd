package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The fields around what an answer says.
 *
 * @param createdSeconds seconds since 1970
 */
record Envelope(String id, long createdSeconds, String model) {

    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    private static final Pattern SNAPSHOT = Pattern.compile(".*-(\\d{4}|\\d{8}|\\d{4}-\\d{2}-\\d{2})");
    private static final Map<String, String> SNAPSHOTS = Map.ofEntries(
            Map.entry("gpt-4o", "gpt-4o-2024-08-06"),
            Map.entry("gpt-4o-mini", "gpt-4o-mini-2024-07-18"),
            Map.entry("gpt-4.1", "gpt-4.1-2025-04-14"),
            Map.entry("gpt-4.1-mini", "gpt-4.1-mini-2025-04-14"),
            Map.entry("gpt-4.1-nano", "gpt-4.1-nano-2025-04-14"),
            Map.entry("o3", "o3-2025-04-16"),
            Map.entry("o4-mini", "o4-mini-2025-04-16"),
            Map.entry("gpt-5", "gpt-5-2025-08-07"),
            Map.entry("gpt-5-mini", "gpt-5-mini-2025-08-07"),
            Map.entry("gpt-5-nano", "gpt-5-nano-2025-08-07"),
            Map.entry("gpt-3.5-turbo-instruct", "gpt-3.5-turbo-instruct"),
            Map.entry("claude-haiku-4-5", "claude-haiku-4-5-20251001"),
            Map.entry("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
            Map.entry("claude-opus-4-5", "claude-opus-4-5-20251101"));

    /** The envelope of the answer to the request of this number; different numbers give different ids. */
    static Envelope of(long number, long createdSeconds, Question question) {
        String prefix =
                switch (question.wire()) {
                    case CHAT -> "chatcmpl-";
                    case COMPLETIONS -> "cmpl-";
                    case RESPONSES -> "resp_";
                    case MESSAGES -> "msg_";
                };
        return new Envelope(prefix + token(number), createdSeconds, snapshotOf(question.model()));
    }

    /** 32 hex digits that look random and are different for different numbers. */
    static String token(long number) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(number * GOLDEN_GAMMA) + hex.toHexDigits((number + 1) * GOLDEN_GAMMA * 31);
    }

    /** The dated name that a provider answers with when asked for an undated one; {@code -2025-04-14} for unknown models. */
    static String snapshotOf(String model) {
        String known = SNAPSHOTS.get(model);
        if (known != null) {
            return known;
        }
        return SNAPSHOT.matcher(model).matches() ? model : model + "-2025-04-14";
    }

    ObjectNode json(String object) {
        return Json.object()
                .put("id", id)
                .put("object", object)
                .put("created", createdSeconds)
                .put("model", model);
    }

    static void putOrigin(ObjectNode body) {
        body.put("service_tier", "default").put("system_fingerprint", "fp_44709d6fcb");
    }
}
