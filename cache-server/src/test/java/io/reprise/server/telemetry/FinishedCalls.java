package io.reprise.server.telemetry;

import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.Payer;
import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finished calls to tell sinks of. */
final class FinishedCalls {
    static final Instant BEGUN = Instant.parse("2026-01-02T03:04:05Z");

    private FinishedCalls() {}

    /** A miss that upstream has answered, of a model of this name. */
    static FinishedCall miss(@Nullable String model, String requestId) {
        return call(model, requestId, CallOutcome.MISS, "floor", Usage.of(12, 85, false), null);
    }

    static FinishedCall hit(@Nullable String model) {
        return call(model, "req-1", CallOutcome.SEMANTIC, null, null, Usage.of(12, 85, false));
    }

    private static FinishedCall call(
            @Nullable String model,
            String requestId,
            CallOutcome outcome,
            @Nullable String reason,
            @Nullable Usage used,
            @Nullable Usage saved) {
        Map<String, Long> stages = new LinkedHashMap<>();
        stages.put("embed", 4_000_000L);
        stages.put("search", 1_000_000L);
        if (used != null) {
            stages.put("upstream", 800_000_000L);
        }
        return new FinishedCall(
                "c-1",
                requestId,
                BEGUN,
                "/v1/chat/completions",
                "openai",
                false,
                model,
                model,
                null,
                used == null ? null : "openai",
                "s3cret-principal",
                new Payer("key-7", "team", "ann", List.of()),
                "default",
                200,
                outcome,
                reason,
                null,
                0.7,
                null,
                used,
                saved,
                List.of(),
                null,
                812_300_000L,
                811_000_000L,
                stages,
                false,
                "my prompt is marmalade",
                "and so is my answer");
    }
}
