package io.reprise.server.ledger;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

/** The models of a ledger's calls, read without changing the file, also while a server writes it. */
public final class LedgerModels {
    private LedgerModels() {}

    /**
     * Calls by model, of all days; empty for a folder without a ledger.
     *
     * @throws LedgerException when the file cannot be read
     */
    public static Map<String, Long> callsByModel(Path folder) {
        Path path = folder.resolve(LedgerFile.NAME).toAbsolutePath();
        if (!Files.exists(path)) {
            return Map.of();
        }
        Map<String, Long> calls = new TreeMap<>();
        try (Connection connection = SqliteFile.openToRead(path);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT model, sum(calls) FROM day_totals GROUP BY model")) {
            while (rows.next()) {
                calls.put(rows.getString(1), rows.getLong(2));
            }
        } catch (SQLException e) {
            throw new LedgerException(path + " cannot be read: " + e.getMessage(), e);
        }
        return calls;
    }
}
