package io.reprise.server.requests;

import io.reprise.server.ledger.PicoDollars;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Totals by day and prompt, for the dearest and the most frequent ones.
 *
 * <p>Most prompts are asked once, so a day that has many is cut to those that count most by each measure. A report then lacks what a
 * prompt had on the days on which it was cut, and says so.
 */
final class Prompts {
    static final String TABLE = "CREATE TABLE prompts (day INTEGER NOT NULL, fingerprint TEXT NOT NULL,"
            + " model TEXT NOT NULL, calls INTEGER NOT NULL, unpriced INTEGER NOT NULL, spent_pico_dollars INTEGER NOT NULL,"
            + " saved_pico_dollars INTEGER NOT NULL, last_sequence INTEGER NOT NULL,"
            + " PRIMARY KEY (day, fingerprint, model)) STRICT, WITHOUT ROWID";
    static final String CUT_DAYS = "CREATE TABLE cut_days (day INTEGER PRIMARY KEY) STRICT";

    static final long DAY_MILLIS = 86_400_000;

    /** Prompts of one day from which on it is cut, and how many are kept by each measure. */
    static final int MOST = 100_000;

    private static final int KEPT = 5_000;
    private static final long MAX_CELL = (1L << 52) - 1;

    private static final String ADD = "INSERT INTO prompts VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            + " calls = calls + excluded.calls, unpriced = unpriced + excluded.unpriced"
            + ", spent_pico_dollars = min(%1$d, spent_pico_dollars + excluded.spent_pico_dollars)".formatted(MAX_CELL)
            + ", saved_pico_dollars = max(-%1$d, min(%1$d, saved_pico_dollars + excluded.saved_pico_dollars))"
                    .formatted(MAX_CELL)
            + ", last_sequence = excluded.last_sequence";

    private Prompts() {}

    private record Key(long day, String fingerprint, String model) {}

    private record Sums(long calls, long unpriced, long spent, long saved, long sequence) {
        Sums plus(Sums other) {
            return new Sums(
                    calls + other.calls,
                    unpriced + other.unpriced,
                    PicoDollars.saturatedAdd(spent, other.spent),
                    PicoDollars.saturatedAdd(saved, other.saved),
                    Math.max(sequence, other.sequence));
        }
    }

    static void add(Connection connection, List<LoggedCall.Entry> calls, long first) throws SQLException {
        Map<Key, Sums> sums = new HashMap<>();
        for (int i = 0; i < calls.size(); i++) {
            LoggedCall.Entry entry = calls.get(i);
            String fingerprint = entry.fingerprint();
            if (fingerprint == null || entry.call().audit()) {
                continue;
            }
            long day = Math.floorDiv(entry.call().finishedAt().toEpochMilli(), DAY_MILLIS);
            String model = entry.call().model();
            var totals = entry.priced().totals();
            sums.merge(
                    new Key(day, fingerprint, model == null ? "" : model),
                    new Sums(totals.calls(), totals.unpricedCalls(), totals.spentPicoDollars(), totals.savedPicoDollars(), first + i),
                    Sums::plus);
        }
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            for (Map.Entry<Key, Sums> each : sums.entrySet()) {
                add.setLong(1, each.getKey().day());
                add.setString(2, each.getKey().fingerprint());
                add.setString(3, each.getKey().model());
                add.setLong(4, each.getValue().calls());
                add.setLong(5, each.getValue().unpriced());
                add.setLong(6, Math.min(each.getValue().spent(), MAX_CELL));
                add.setLong(7, Math.clamp(each.getValue().saved(), -MAX_CELL, MAX_CELL));
                add.setLong(8, each.getValue().sequence());
                add.executeUpdate();
            }
        }
    }

    /** Cuts the day, where it has more prompts than that. */
    static void cut(Connection connection, long day, int most) throws SQLException {
        try (PreparedStatement count = connection.prepareStatement("SELECT count(*) FROM prompts WHERE day = ?")) {
            count.setLong(1, day);
            try (var result = count.executeQuery()) {
                if (result.getLong(1) <= most) {
                    return;
                }
            }
        }
        String kept = "SELECT fingerprint FROM (SELECT fingerprint FROM prompts WHERE day = ?1 ORDER BY %s DESC"
                + " LIMIT " + KEPT + ")";
        String delete = "DELETE FROM prompts WHERE day = ?1 AND fingerprint NOT IN ("
                + kept.formatted("calls") + " UNION " + kept.formatted("spent_pico_dollars") + " UNION "
                + kept.formatted("saved_pico_dollars") + ")";
        for (String sql : List.of(delete, "INSERT OR IGNORE INTO cut_days VALUES (?1)")) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, day);
                statement.executeUpdate();
            }
        }
    }
}
