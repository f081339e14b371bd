package io.reprise.server.requests;

import io.reprise.server.ledger.Cells;
import io.reprise.server.ledger.SavingsTotals;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Totals by five minutes of the last days: what alerts look at, since an hour's are full only when it is over. */
public final class Slots {
    static final String TABLE =
            "CREATE TABLE slots (slot INTEGER PRIMARY KEY, calls INTEGER NOT NULL, hits INTEGER NOT NULL,"
                    + " misses INTEGER NOT NULL, upstream_calls INTEGER NOT NULL, errors INTEGER NOT NULL,"
                    + " unpriced INTEGER NOT NULL, spent_pico_dollars INTEGER NOT NULL) STRICT";

    static final long MILLIS = 300_000;

    private static final String ADD = Cells.adding(
            "slots",
            List.of("slot"),
            List.of("calls", "hits", "misses", "upstream_calls", "errors", "unpriced", "spent_pico_dollars"));

    private Slots() {}

    /** Sums of some time. */
    public record Sums(
            long calls,
            long hits,
            long misses,
            long upstreamCalls,
            long errors,
            long unpriced,
            long spentPicoDollars) {}

    static void add(Connection connection, List<LoggedCall.Entry> calls) throws SQLException {
        Map<Long, GroupTotals> bySlot = new TreeMap<>();
        for (LoggedCall.Entry call : calls) {
            long slot = Math.floorDiv(call.call().finishedAt().toEpochMilli(), MILLIS);
            bySlot.merge(slot, GroupTotals.of(call), GroupTotals::plus);
        }
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            for (Map.Entry<Long, GroupTotals> entry : bySlot.entrySet()) {
                SavingsTotals savings = entry.getValue().savings();
                add.setLong(1, entry.getKey());
                Cells.set(
                        add,
                        2,
                        savings.calls(),
                        savings.exactHits() + savings.semanticHits(),
                        savings.misses(),
                        entry.getValue().upstreamCalls(),
                        entry.getValue().errors(),
                        savings.unpricedCalls(),
                        savings.spentPicoDollars());
                add.executeUpdate();
            }
        }
    }

    /** The sums from one instant to another, both in milliseconds since 1970, to five minutes. */
    static Sums sums(Connection connection, long fromMillis, long toMillis) throws SQLException {
        String sql = "SELECT coalesce(sum(calls), 0), coalesce(sum(hits), 0), coalesce(sum(misses), 0),"
                + " coalesce(sum(upstream_calls), 0), coalesce(sum(errors), 0), coalesce(sum(unpriced), 0),"
                + " coalesce(sum(min(spent_pico_dollars, 9000000000000000)), 0) FROM slots WHERE slot >= ? AND slot < ?";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, Math.floorDiv(fromMillis, MILLIS));
            select.setLong(2, Math.floorDiv(toMillis, MILLIS));
            try (ResultSet row = select.executeQuery()) {
                return new Sums(
                        row.getLong(1),
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7));
            }
        }
    }
}
