package io.reprise.server.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The ledger's SQLite file: one table of totals by (UTC day, principal, namespace, model).
 *
 * <p>Written in WAL mode with {@code synchronous=NORMAL}: a commit survives the death of the process. A power loss takes what
 * the operating system had not written back (on Linux usually the last half minute; at worst what came since the last checkpoint of
 * 1,000 pages) and leaves an older, intact ledger.
 *
 * <p>Not thread-safe: every call, {@code open} too, comes from the one platform thread of its owner, because SQLite is native code
 * that would hold a virtual thread's carrier. Every method throws {@link LedgerException} when the file cannot be used.
 */
final class LedgerFile implements AutoCloseable {
    static final String NAME = "ledger.sqlite";

    // An absent model is '' because NULLs are never equal in a key.
    private static final String SCHEMA = """
        CREATE TABLE day_totals (
            day                 TEXT    NOT NULL,
            principal           TEXT    NOT NULL,
            namespace           TEXT    NOT NULL,
            model               TEXT    NOT NULL,
            calls               INTEGER NOT NULL,
            exact_hits          INTEGER NOT NULL,
            semantic_hits       INTEGER NOT NULL,
            misses              INTEGER NOT NULL,
            bypasses            INTEGER NOT NULL,
            coalesced           INTEGER NOT NULL,
            unpriced_calls      INTEGER NOT NULL,
            input_tokens        INTEGER NOT NULL,
            output_tokens       INTEGER NOT NULL,
            saved_input_tokens  INTEGER NOT NULL,
            saved_output_tokens INTEGER NOT NULL,
            spent_pico_dollars  INTEGER NOT NULL,
            saved_pico_dollars  INTEGER NOT NULL,
            audits              INTEGER NOT NULL,
            audit_pico_dollars  INTEGER NOT NULL,
            rules               INTEGER NOT NULL,
            refused             INTEGER NOT NULL,
            PRIMARY KEY (day, principal, namespace, model)
        ) STRICT, WITHOUT ROWID
        """;

    /** Version 1 knew no audits, version 2 neither rules nor refusals. */
    private static final SqliteFile.Schema TABLES = new SqliteFile.Schema(
            3,
            List.of(),
            List.of(SCHEMA),
            new TreeMap<>(Map.of(
                    1, List.of(added("audits"), added("audit_pico_dollars")),
                    2, List.of(added("rules"), added("refused")))));

    private static final String ADD =
            Cells.adding("day_totals", List.of("day", "principal", "namespace", "model"), SavingsTotals.COLUMNS);

    private final Path path;
    private final Connection connection;

    private LedgerFile(Path path, Connection connection) {
        this.path = path;
        this.connection = connection;
    }

    /** Opens the ledger of a folder that exists, with a new file when it has none. */
    static LedgerFile open(Path folder) {
        Path path = folder.resolve(NAME).toAbsolutePath();
        return new LedgerFile(path, SqliteFile.open(path, TABLES));
    }

    private static String added(String column) {
        return "ALTER TABLE day_totals ADD COLUMN " + column + " INTEGER NOT NULL DEFAULT 0";
    }

    /** At most so many of the buckets of a day. */
    List<BucketKey> bucketsOf(LocalDate day, int limit) {
        String sql = "SELECT principal, namespace, model FROM day_totals WHERE day = ? LIMIT ?";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, day.toString());
            select.setInt(2, limit);
            List<BucketKey> keys = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    keys.add(new BucketKey(day, rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
            return keys;
        } catch (SQLException e) {
            throw SqliteFile.failure(path, e);
        }
    }

    /** Adds to the totals, all or nothing. */
    void add(Map<BucketKey, SavingsTotals> totals) {
        if (!Files.exists(path)) {
            // SQLite would go on writing to the removed file and lose everything at the end.
            throw new LedgerException(path + " was removed while in use: a new one is begun unless it comes back");
        }
        try {
            SqliteFile.inTransaction(connection, () -> {
                try (PreparedStatement add = connection.prepareStatement(ADD)) {
                    for (Map.Entry<BucketKey, SavingsTotals> entry : totals.entrySet()) {
                        bind(add, entry.getKey(), entry.getValue());
                        add.executeUpdate();
                    }
                }
            });
        } catch (SQLException e) {
            throw SqliteFile.failure(path, e);
        }
    }

    /** Fails when the report has more rows than that. */
    SavingsReport report(SavingsQuery query, int maxRows) {
        List<SavingsReport.Row> rows = new ArrayList<>();
        SavingsTotals total = SavingsTotals.ZERO;
        SavingsSelect savings = new SavingsSelect(query);
        try (PreparedStatement select = connection.prepareStatement(savings.sql())) {
            savings.bind(select);
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    if (rows.size() == maxRows) {
                        throw new LedgerException("the report has more than " + maxRows
                                + " rows: ask for fewer days or fewer group fields");
                    }
                    SavingsReport.Row row = savings.row(result);
                    rows.add(row);
                    total = total.plus(row.totals());
                }
            }
        } catch (SQLException e) {
            throw SqliteFile.failure(path, e);
        }
        return new SavingsReport(query, rows, total);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw SqliteFile.failure(path, e);
        }
    }

    private static void bind(PreparedStatement add, BucketKey key, SavingsTotals totals) throws SQLException {
        add.setString(1, key.day().toString());
        add.setString(2, key.principal());
        add.setString(3, key.namespace());
        add.setString(4, key.model());
        Cells.set(add, 5, totals.cells());
    }
}
