package io.reprise.server.ledger;

import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that is known of a call when it has ended, however it ended: what the ledger, the log of calls, budgets, meters and
 * traces are told, once each.
 *
 * @param id id of the call, unique on this server; also that of its lookup, where it had one
 * @param requestId the caller's `x-request-id`, or one made for it
 * @param startedAt when its head came
 * @param endpoint the route, such as {@code /v1/chat/completions}; never with ids or a query
 * @param wire name of the API that it speaks, such as {@code openai} or {@code anthropic}; {@code native} for ours
 * @param stream whether it asked for a stream
 * @param model the model it asked for, or null when it named none
 * @param servedModel the model that answered, as the answer names it, or null when none did or it says none
 * @param route name of the operator's route that it took, or null
 * @param upstream name of the upstream that was asked, or null
 * @param principal owner of the cached answers it may see
 * @param payer who pays
 * @param namespace the namespace it was made in
 * @param status the HTTP status it was answered with; 499 when the client left before
 * @param outcome how it was answered
 * @param reason why it was not answered by the cache, or was refused; null on a hit
 * @param entry id of the entry that answered, or null
 * @param similarity cosine to the nearest entry, or null
 * @param confidence probability that the entry's answer serves, or null
 * @param used what was used upstream to answer it, or null when nothing was
 * @param saved what answering it upstream would have used, or null: as {@link CallRecord} has it
 * @param overhead what the cache itself spent upstream beside this call
 * @param clamped what was changed of the call by a limit, such as {@code max_tokens=1024}, or null
 * @param latencyNanos from its head to the end of its answer
 * @param firstByteNanos from its head to the first byte of its answer, or null when it got none
 * @param stageNanos time of each stage that it went through, by name, in order
 * @param audit whether this is an audit or a second opinion of the cache's own, which the operator pays
 * @param prompt the text it asked, or null where it is not known. The log keeps a keyed hash of it, and the text itself
 *     only where the operator wants texts kept
 * @param completion the text of its answer, where the log keeps texts; null otherwise
 */
public record FinishedCall(
        String id,
        String requestId,
        Instant startedAt,
        String endpoint,
        String wire,
        boolean stream,
        @Nullable String model,
        @Nullable String servedModel,
        @Nullable String route,
        @Nullable String upstream,
        String principal,
        Payer payer,
        String namespace,
        int status,
        CallOutcome outcome,
        @Nullable String reason,
        @Nullable String entry,
        @Nullable Double similarity,
        @Nullable Double confidence,
        @Nullable Usage used,
        @Nullable Usage saved,
        List<ModelUsage> overhead,
        @Nullable String clamped,
        long latencyNanos,
        @Nullable Long firstByteNanos,
        Map<String, Long> stageNanos,
        boolean audit,
        @Nullable String prompt,
        @Nullable String completion) {

    public FinishedCall {
        if (id.isEmpty() || principal.isEmpty() || namespace.isEmpty()) {
            throw new IllegalArgumentException("id, principal and namespace must not be empty: \"" + id + "\", \""
                    + principal + "\", \"" + namespace + '"');
        }
        overhead = List.copyOf(overhead);
    }

    /** When its answer had ended: the time that its prices are of, and the day and hour that it counts for. */
    public Instant finishedAt() {
        return startedAt.plusNanos(latencyNanos);
    }

    /** What the ledger books of it, where it is no audit. */
    public CallRecord callRecord() {
        return new CallRecord(finishedAt(), principal, namespace, model, outcome, used, saved, overhead);
    }

    /** What the ledger books of it, where it is an audit. */
    public AuditRecord auditRecord() {
        List<ModelUsage> all = new ArrayList<>();
        if (used != null) {
            all.add(new ModelUsage(model, used));
        }
        all.addAll(overhead);
        return new AuditRecord(finishedAt(), principal, namespace, model == null ? "" : model, all);
    }

    /** What is told of each finished call. Must not wait, and must not throw. Thread-safe. */
    public interface Sink {
        void finished(FinishedCall call);
    }
}
