package io.reprise.server.requests;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.CallPricer;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.protocol.StrictJson;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A row of the log. */
public final class LoggedCall {
    /** What the list leaves out: it is of one call, or of the file. */
    private static final Set<Column> OF_ONE = EnumSet.of(Column.STAGES);

    private static final List<Column> LISTED =
            EnumSet.complementOf(EnumSet.copyOf(OF_ONE)).stream().toList();
    private static final String SELECTED =
            EnumSet.allOf(Column.class).stream().map(Column::column).collect(Collectors.joining(", "));

    private final Map<Column, Object> values = new EnumMap<>(Column.class);
    private final long sequence;

    /** Reads a row of {@link #select}. */
    LoggedCall(ResultSet row) throws SQLException {
        for (Column column : Column.values()) {
            Object value = row.getObject(column.ordinal() + 1);
            if (value != null) {
                values.put(column, value);
            }
        }
        sequence = row.getLong(Column.values().length + 1);
    }

    /**
     * What a row is made of.
     *
     * @param priced what the call cost, by the prices of this version
     * @param fingerprint keyed hash of its prompt, or null
     */
    record Entry(
            FinishedCall call,
            CallPricer.Priced priced,
            String priceVersion,
            @Nullable String fingerprint) {}

    /** Selects what the constructor reads. */
    static String select() {
        return "SELECT " + SELECTED + ", sequence FROM requests AS c";
    }

    long sequence() {
        return sequence;
    }

    long finishedMillis() {
        return ((Number) values.getOrDefault(Column.FINISHED, 0L)).longValue();
    }

    /** The names of the cells of {@link #cells}. */
    public static List<String> fields() {
        return LISTED.stream().map(Column::field).toList();
    }

    /** Its values in the order of {@link #fields}: texts, numbers, flags, or null. */
    public List<@Nullable Object> cells() {
        List<@Nullable Object> cells = new ArrayList<>();
        LISTED.forEach(column -> cells.add(shown(column)));
        return cells;
    }

    /** As the list of calls has it. */
    public ObjectNode json() {
        ObjectNode json = StrictJson.object();
        for (Column column : LISTED) {
            put(json, column);
        }
        return json;
    }

    /** With its stages. */
    ObjectNode whole() {
        ObjectNode json = json();
        OF_ONE.forEach(column -> put(json, column));
        json.putObject("decision")
                .put("outcome", (String) values.get(Column.OUTCOME))
                .put("reason", (String) values.get(Column.REASON))
                .put("entry", (String) values.get(Column.ENTRY))
                .put("similarity", (Double) values.get(Column.SIMILARITY))
                .put("confidence", (Double) values.get(Column.CONFIDENCE));
        return json;
    }

    private void put(ObjectNode json, Column column) {
        Object value = shown(column);
        switch (value) {
            case null -> json.putNull(column.field());
            case Boolean flag -> json.put(column.field(), flag);
            case Double number -> json.put(column.field(), number);
            case BigDecimal number -> json.put(column.field(), number);
            case Long number -> json.put(column.field(), number);
            case Object text when column.kind() == Column.Kind.JSON -> json.set(column.field(), parsed(text));
            case Object text -> json.put(column.field(), text.toString());
        }
    }

    private @Nullable Object shown(Column column) {
        Object value = values.get(column);
        if (value == null || isHidden(column)) {
            return null;
        }
        return switch (column.kind()) {
            case TEXT, JSON, FRACTION -> value;
            case NUMBER -> ((Number) value).longValue();
            case FLAG -> ((Number) value).longValue() != 0;
            case TIME -> Instant.ofEpochMilli(((Number) value).longValue()).toString();
            case USD -> PicoDollars.toUsd(((Number) value).longValue());
            case MILLIS -> BigDecimal.valueOf(((Number) value).longValue(), 3);
        };
    }

    /** Of an audit that has a price in part, the sum is no cost: but the ledger books the part, and so the file has it. */
    private boolean isHidden(Column column) {
        return column == Column.COST
                && !values.containsKey(Column.SAVED)
                && ((Number) values.getOrDefault(Column.AUDIT, 0)).longValue() != 0;
    }

    private static com.fasterxml.jackson.databind.JsonNode parsed(Object json) {
        return StrictJson.parse(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
