package io.reprise.server.ledger;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rows of sums in SQLite, to which is added. A sum ends at {@value #MAX} and its negative, so that two of them never add up to more
 * than SQLite's 64-bit integers hold. Stateless.
 */
public final class Cells {
    private static final long MAX = (1L << 62) - 1;

    private Cells() {}

    /** The statement that adds sums to the row of a key, making it where it is not there; its parameters are those of both, in order. */
    public static String adding(String table, List<String> key, List<String> sums) {
        List<String> all = Stream.concat(key.stream(), sums.stream()).toList();
        return "INSERT INTO " + table + " (" + String.join(", ", all) + ") VALUES ("
                + String.join(", ", Collections.nCopies(all.size(), "?")) + ") ON CONFLICT DO UPDATE SET "
                + sums.stream()
                        .map(sum -> "%1$s = max(-%2$d, min(%2$d, %1$s + excluded.%1$s))".formatted(sum, MAX))
                        .collect(Collectors.joining(", "));
    }

    /** Sets the sums of {@link #adding}, whose first parameter is this one. */
    public static void set(PreparedStatement adding, int parameter, long... sums) throws SQLException {
        for (int i = 0; i < sums.length; i++) {
            adding.setLong(parameter + i, Math.clamp(sums[i], -MAX, MAX));
        }
    }
}
