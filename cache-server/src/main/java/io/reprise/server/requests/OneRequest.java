package io.reprise.server.requests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call with its stages, its decision, and its texts where they are kept.
 *
 * @param id the call's
 * @param principal whose it must be, or null for anybody's; {@code key} likewise
 */
public record OneRequest(
        String id, @Nullable String principal, @Nullable String key) implements LogReading<Optional<ObjectNode>> {
    @Override
    public Optional<ObjectNode> of(Connection connection) throws SQLException {
        Conditions conditions = new Conditions()
                .and("id = ?", id)
                .and("principal = ?", principal)
                .and("\"key\" = ?", key);
        String sql = LoggedCall.select() + conditions.where() + " ORDER BY sequence DESC LIMIT 1";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            conditions.bind(select);
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                LoggedCall call = new LoggedCall(rows);
                return Optional.of(withTexts(connection, call.whole(), call.sequence()));
            }
        }
    }

    private static ObjectNode withTexts(Connection connection, ObjectNode json, long sequence) throws SQLException {
        String sql = "SELECT prompt, completion FROM texts WHERE sequence = ?";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, sequence);
            try (ResultSet texts = select.executeQuery()) {
                if (texts.next()) {
                    json.put("prompt", texts.getString(1)).put("completion", texts.getString(2));
                }
            }
        }
        return json;
    }
}
