package io.reprise.server.ledger;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * A savings query as SQL over {@code day_totals}, and its rows.
 */
record SavingsSelect(SavingsQuery query) {
    String sql() {
        List<String> groups = query.groupBy().stream().map(GroupBy::column).toList();
        List<String> selected = new ArrayList<>(groups);
        for (String column : SavingsTotals.COLUMNS) {
            selected.add(WideSum.sql(column));
        }
        List<String> conditions = new ArrayList<>();
        if (query.from() != null) {
            conditions.add("day >= ?");
        }
        if (query.to() != null) {
            conditions.add("day <= ?");
        }
        if (query.principal() != null) {
            conditions.add("principal = ?");
        }
        String where = conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        // Without groups an aggregate has one row even of nothing, which would read as a group without calls.
        String grouping = groups.isEmpty()
                ? " HAVING count(*) > 0"
                : " GROUP BY " + String.join(", ", groups) + " ORDER BY " + String.join(", ", groups);
        return "SELECT " + String.join(", ", selected) + " FROM day_totals" + where + grouping;
    }

    /** Binds the parameters of {@link #sql()}. */
    void bind(PreparedStatement select) throws SQLException {
        int parameter = 0;
        for (Object bound : new Object[] {query.from(), query.to(), query.principal()}) {
            if (bound != null) {
                select.setString(++parameter, bound.toString());
            }
        }
    }

    /** The row that a result stands at. */
    SavingsReport.Row row(ResultSet result) throws SQLException {
        List<GroupBy> groupBy = query.groupBy();
        String day = groupBy.contains(GroupBy.DAY) ? result.getString(GroupBy.DAY.column()) : null;
        String model = groupBy.contains(GroupBy.MODEL) ? result.getString(GroupBy.MODEL.column()) : null;
        String namespace = groupBy.contains(GroupBy.NAMESPACE) ? result.getString(GroupBy.NAMESPACE.column()) : null;
        long[] cells = new long[SavingsTotals.COLUMNS.size()];
        for (int i = 0; i < cells.length; i++) {
            cells[i] = WideSum.read(result, groupBy.size() + WideSum.COLUMNS * i + 1);
        }
        return new SavingsReport.Row(
                day == null ? null : LocalDate.parse(day),
                "".equals(model) ? null : model,
                namespace,
                SavingsTotals.ofCells(cells));
    }
}
