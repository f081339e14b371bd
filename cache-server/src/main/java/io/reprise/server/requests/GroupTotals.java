package io.reprise.server.requests;

import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.ledger.SavingsTotals;
import io.reprise.server.ledger.WideSum;
import io.reprise.server.protocol.Usage;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of a group add up to.
 *
 * @param savings as the ledger totals them
 * @param usedInput input tokens that calls themselves used upstream, without audits and overhead; those that follow likewise
 * @param overheadPicoDollars what the cache itself spent beside calls; part of what was spent
 * @param errors upstream's answers of 429 and from 500 on, and calls that it did not answer
 * @param upstreamCalls calls that went upstream
 * @param latencyMicros of all calls together
 */
public record GroupTotals(
        SavingsTotals savings,
        long usedInput,
        long usedCachedInput,
        long usedCacheWrite,
        long usedCacheWriteHour,
        long usedOutput,
        long usedReasoning,
        long overheadPicoDollars,
        long errors,
        long upstreamCalls,
        long latencyMicros) {
    static final GroupTotals ZERO = new GroupTotals(SavingsTotals.ZERO, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final int TOO_MANY = 429;
    private static final int SERVER_ERROR = 500;

    static final List<String> COLUMNS = Stream.concat(
                    SavingsTotals.COLUMNS.stream(),
                    Stream.of(
                            "used_input_tokens",
                            "used_cached_input_tokens",
                            "used_cache_write_tokens",
                            "used_cache_write_1h_tokens",
                            "used_output_tokens",
                            "used_reasoning_tokens",
                            "overhead_pico_dollars",
                            "errors",
                            "upstream_calls",
                            "latency_us"))
            .toList();

    static GroupTotals of(LoggedCall.Entry entry) {
        FinishedCall call = entry.call();
        Usage used = call.audit() ? null : call.used();
        boolean upstream = wentUpstream(call);
        return new GroupTotals(
                entry.priced().totals(),
                used == null ? 0 : used.inputTokens(),
                used == null ? 0 : used.cachedInputTokens(),
                used == null ? 0 : used.cacheWriteTokens(),
                used == null ? 0 : used.details().longCacheWriteTokens(),
                used == null ? 0 : used.outputTokens(),
                used == null ? 0 : used.details().reasoningTokens(),
                entry.priced().overhead(),
                upstream && isError(call.status()) ? 1 : 0,
                upstream ? 1 : 0,
                call.audit() ? 0 : call.latencyNanos() / 1000);
    }

    GroupTotals plus(GroupTotals other) {
        long[] sum = cells();
        long[] added = other.cells();
        for (int i = 0; i < sum.length; i++) {
            sum[i] = PicoDollars.saturatedAdd(sum[i], added[i]);
        }
        return ofCells(sum);
    }

    /** Of a result whose columns from this one on are {@link WideSum} of {@link #COLUMNS}. */
    static GroupTotals read(ResultSet result, int first) throws SQLException {
        long[] cells = new long[COLUMNS.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = WideSum.read(result, first + i * WideSum.COLUMNS);
        }
        return ofCells(cells);
    }

    /** In the order of {@link #COLUMNS}. */
    long[] cells() {
        long[] ofSavings = savings.cells();
        long[] cells = new long[COLUMNS.size()];
        System.arraycopy(ofSavings, 0, cells, 0, ofSavings.length);
        long[] rest = {
            usedInput,
            usedCachedInput,
            usedCacheWrite,
            usedCacheWriteHour,
            usedOutput,
            usedReasoning,
            overheadPicoDollars,
            errors,
            upstreamCalls,
            latencyMicros
        };
        System.arraycopy(rest, 0, cells, ofSavings.length, rest.length);
        return cells;
    }

    private static GroupTotals ofCells(long[] cells) {
        int first = SavingsTotals.COLUMNS.size();
        return new GroupTotals(
                SavingsTotals.ofCells(cells),
                cells[first],
                cells[first + 1],
                cells[first + 2],
                cells[first + 3],
                cells[first + 4],
                cells[first + 5],
                cells[first + 6],
                cells[first + 7],
                cells[first + 8],
                cells[first + 9]);
    }

    private static boolean wentUpstream(FinishedCall call) {
        return !call.audit() && (call.upstream() != null || call.used() != null);
    }

    private static boolean isError(int status) {
        return status == TOO_MANY || status >= SERVER_ERROR;
    }

    /**
     * By the names of the API: whole numbers, and US dollars as texts. An amount is null where not one of the calls has a price, and
     * else the sum of those that have one.
     */
    public Map<String, @Nullable Object> byName() {
        Map<String, @Nullable Object> cells = new LinkedHashMap<>();
        boolean unknown = savings.unpricedCalls() > 0 && savings.unpricedCalls() >= savings.calls() + savings.audits();
        cells.put("calls", savings.calls());
        cells.put("exact_hits", savings.exactHits());
        cells.put("semantic_hits", savings.semanticHits());
        cells.put("misses", savings.misses());
        cells.put("bypasses", savings.bypasses());
        cells.put("coalesced", savings.coalesced());
        cells.put("rules", savings.rules());
        cells.put("refused", savings.refused());
        cells.put("unpriced_calls", savings.unpricedCalls());
        cells.put("errors", errors);
        cells.put("input_tokens", savings.inputTokens());
        cells.put("cached_input_tokens", usedCachedInput);
        cells.put("cache_write_tokens", usedCacheWrite);
        cells.put("output_tokens", savings.outputTokens());
        cells.put("reasoning_tokens", usedReasoning);
        cells.put("saved_input_tokens", savings.savedInputTokens());
        cells.put("saved_output_tokens", savings.savedOutputTokens());
        cells.put("spent_usd", unknown ? null : PicoDollars.toUsd(savings.spentPicoDollars()));
        cells.put("saved_usd", unknown ? null : PicoDollars.toUsd(savings.savedPicoDollars()));
        cells.put("audits", savings.audits());
        cells.put("audit_usd", PicoDollars.toUsd(savings.auditPicoDollars()));
        cells.put("mean_latency_ms", meanLatencyMillis());
        return cells;
    }

    /** What calls themselves spent, without audits and overhead. */
    public long spentByCalls() {
        return savings.spentPicoDollars() - savings.auditPicoDollars() - overheadPicoDollars;
    }

    /** The mean time of a call in milliseconds, or null where there was none. */
    @Nullable Double meanLatencyMillis() {
        long calls = savings.calls() + savings.refused();
        return calls == 0 ? null : latencyMicros / 1000.0 / calls;
    }
}
