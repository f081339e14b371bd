package io.reprise.server.requests;

import io.reprise.server.ledger.LedgerException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What calls cost and saved, broken down.
 *
 * @param rows sorted by their groups, in the order asked
 * @param total of all calls; where rows are by tag, a call counts here once
 */
public record SpendReport(List<Row> rows, GroupTotals total) {
    private static final int MOST_ROWS = 50_000;

    public SpendReport {
        rows = List.copyOf(rows);
    }

    /**
     * One group.
     *
     * @param names of the dimensions asked for, null where the calls have none
     */
    public record Row(List<@Nullable String> names, GroupTotals totals) {}

    /**
     * Which calls a report is of and how it breaks them down.
     *
     * @param by each once; empty for the total alone
     */
    public record Query(Hours hours, List<Dimension> by) implements LogReading<SpendReport> {
        public Query {
            by = List.copyOf(by);
        }

        @Override
        public SpendReport of(Connection connection) throws SQLException {
            GroupTotals total = hours.total(connection);
            if (by.isEmpty()) {
                return new SpendReport(List.of(), total);
            }
            List<Row> rows = new ArrayList<>();
            List<String> groups = by.stream().map(Dimension::sql).toList();
            hours.sum(connection, groups, "", null, MOST_ROWS + 1, result -> {
                List<@Nullable String> names = new ArrayList<>();
                for (int i = 0; i < by.size(); i++) {
                    names.add(by.get(i).shown(result.getObject(i + 1)));
                }
                rows.add(new Row(names, GroupTotals.read(result, by.size() + 1)));
            });
            if (rows.size() > MOST_ROWS) {
                throw new LedgerException("the report has more than " + MOST_ROWS
                        + " rows: ask for less time, fewer fields in group_by, or calls of one key, team or model");
            }
            return new SpendReport(rows, total);
        }
    }
}
