package io.reprise.server.requests;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What rows must be, as SQL with its parameters. Names of columns are ours; values are only ever bound. */
final class Conditions {
    private final List<String> conditions = new ArrayList<>();
    private final List<Object> parameters = new ArrayList<>();

    /** Adds a condition with one {@code ?}, unless there is no value. */
    Conditions and(String condition, @Nullable Object value) {
        if (value != null) {
            conditions.add(condition);
            parameters.add(value);
        }
        return this;
    }

    /** Adds one of several {@code ?}. */
    Conditions andAll(String condition, Object... values) {
        conditions.add(condition);
        parameters.addAll(List.of(values));
        return this;
    }

    /** What calls must be by their names. */
    Conditions and(CallFilter filter) {
        return and("c.\"key\" = ?", filter.key())
                .and("team = ?", filter.team())
                .and("\"user\" = ?", filter.user())
                .and("EXISTS (SELECT 1 FROM json_each(c.tags) WHERE value = ?)", filter.tag())
                .and("model = ?", filter.model())
                .and("endpoint = ?", filter.endpoint())
                .and("outcome = ?", filter.outcome());
    }

    /** A {@code WHERE} with all of them, or nothing. */
    String where() {
        return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
    }

    void bind(PreparedStatement statement) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            statement.setObject(i + 1, parameters.get(i));
        }
    }
}
