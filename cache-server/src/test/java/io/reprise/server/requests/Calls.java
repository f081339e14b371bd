package io.reprise.server.requests;

import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.Payer;
import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes finished calls: each differs from a plain miss of gpt-4o in what is said. Immutable. */
record Calls(
        String id,
        Instant at,
        @Nullable String model,
        Payer payer,
        int status,
        CallOutcome outcome,
        @Nullable Usage used,
        @Nullable Usage saved,
        List<ModelUsage> overhead,
        boolean audit,
        @Nullable String prompt) {
    static final Instant NOON = Instant.parse("2026-11-02T12:00:00Z");
    static final Usage USAGE = Usage.of(12, 85, false);
    static final long USAGE_PICO_DOLLARS = 880_000_000;

    static Calls miss(String id) {
        return new Calls(
                id, NOON, "gpt-4o", Payer.NOBODY, 200, CallOutcome.MISS, USAGE, null, List.of(), false, "why " + id);
    }

    static Calls hit(String id) {
        return miss(id).outcome(CallOutcome.EXACT).used(null).saved(USAGE);
    }

    Calls at(Instant other) {
        return new Calls(id, other, model, payer, status, outcome, used, saved, overhead, audit, prompt);
    }

    Calls model(@Nullable String other) {
        return new Calls(id, at, other, payer, status, outcome, used, saved, overhead, audit, prompt);
    }

    Calls payer(@Nullable String key, @Nullable String team, @Nullable String user, String... tags) {
        var other = new Payer(key, team, user, List.of(tags));
        return new Calls(id, at, model, other, status, outcome, used, saved, overhead, audit, prompt);
    }

    Calls status(int other) {
        return new Calls(id, at, model, payer, other, outcome, used, saved, overhead, audit, prompt);
    }

    Calls outcome(CallOutcome other) {
        return new Calls(id, at, model, payer, status, other, used, saved, overhead, audit, prompt);
    }

    Calls used(@Nullable Usage other) {
        return new Calls(id, at, model, payer, status, outcome, other, saved, overhead, audit, prompt);
    }

    Calls saved(@Nullable Usage other) {
        return new Calls(id, at, model, payer, status, outcome, used, other, overhead, audit, prompt);
    }

    Calls overhead(ModelUsage... other) {
        return new Calls(id, at, model, payer, status, outcome, used, saved, List.of(other), audit, prompt);
    }

    Calls isAudit() {
        return new Calls(id, at, model, payer, status, outcome, used, saved, overhead, true, prompt);
    }

    Calls prompt(@Nullable String other) {
        return new Calls(id, at, model, payer, status, outcome, used, saved, overhead, audit, other);
    }

    /** It ends at its time, after a quarter of a second. */
    FinishedCall finished() {
        return new FinishedCall(
                id,
                "request-" + id,
                at.minusMillis(250),
                "/v1/chat/completions",
                "openai",
                false,
                model,
                model == null ? null : model + "-2024-08-06",
                null,
                used == null ? null : "openai",
                "key:abc",
                payer,
                "default",
                status,
                outcome,
                outcome == CallOutcome.MISS ? "floor" : null,
                outcome == CallOutcome.EXACT ? "entry-1" : null,
                outcome == CallOutcome.EXACT ? 1.0 : null,
                null,
                used,
                saved,
                overhead,
                null,
                250_000_000,
                200_000_000L,
                Map.of("embed", 1_500_000L),
                audit,
                prompt,
                "because");
    }
}
