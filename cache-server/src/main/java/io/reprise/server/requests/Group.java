package io.reprise.server.requests;

import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.protocol.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What calls are totalled by. Texts are empty where absent.
 *
 * @param hour hours since 1970, of the calls' ends
 * @param tags a JSON array
 * @param size how long the prompt was, as an index into {@link #SIZES}: providers charge long ones otherwise
 */
record Group(
        long hour,
        String model,
        String endpoint,
        String key,
        String team,
        String user,
        String tags,
        String outcome,
        String upstream,
        long audit,
        long size) {
    /** Prompts of at most so many tokens; the last size is of all that are longer. The steps are those of price lists. */
    static final List<Long> SIZES = List.of(32_000L, 100_000L, 128_000L, 200_000L, 272_000L);

    static final List<String> COLUMNS = List.of(
            "hour", "model", "endpoint", "\"key\"", "team", "\"user\"", "tags", "outcome", "upstream", "audit", "size");

    /** Stands for models and endpoints past the bound of groups. */
    static final String OTHER = "other";

    static final long HOUR_MILLIS = 3_600_000;

    static Group of(LoggedCall.Entry entry) {
        FinishedCall call = entry.call();
        return new Group(
                Math.floorDiv(call.finishedAt().toEpochMilli(), HOUR_MILLIS),
                text(call.model()),
                call.endpoint(),
                text(call.payer().key()),
                text(call.payer().team()),
                text(call.payer().user()),
                String.valueOf(Column.TAGS.valueOf(entry)),
                call.outcome().id(),
                text(call.upstream()),
                call.audit() ? 1 : 0,
                size(call.used()));
    }

    Group withoutNames() {
        return new Group(hour, OTHER, OTHER, key, team, user, tags, outcome, upstream, audit, size);
    }

    Object[] cells() {
        return new Object[] {hour, model, endpoint, key, team, user, tags, outcome, upstream, audit, size};
    }

    private static long size(@Nullable Usage used) {
        if (used == null) {
            return 0;
        }
        return SIZES.stream().filter(most -> used.inputTokens() > most).count();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
