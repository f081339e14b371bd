package io.reprise.server.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The sum of a column of whole numbers that may pass 64 bits.
 *
 * <p>SQLite's {@code sum} fails where it overflows, so each column is summed in two halves of 32 bits, which cannot (it would take 2^31
 * rows). The joined sum stops at the end of the range of {@code long}.
 */
public final class WideSum {
    /** How many columns of the result one sum takes. */
    public static final int COLUMNS = 2;

    private WideSum() {}

    /** The two result columns of a sum. */
    public static String sql(String column) {
        return "sum(" + column + " >> 32), sum(" + column + " & 4294967295)";
    }

    /** The sum whose two result columns begin at this one; 0 where there was no row. */
    public static long read(ResultSet result, int column) throws SQLException {
        long high = result.getLong(column);
        try {
            return Math.addExact(Math.multiplyExact(high, 1L << 32), result.getLong(column + 1));
        } catch (ArithmeticException outOfRange) {
            return high < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }
}
