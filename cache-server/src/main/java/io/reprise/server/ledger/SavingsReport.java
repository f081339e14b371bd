package io.reprise.server.ledger;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of some days cost and saved, broken down.
 *
 * @param query what was asked
 * @param rows one for each combination of the group fields that has a call, sorted by them in the order asked
 * @param total of all rows
 */
public record SavingsReport(SavingsQuery query, List<Row> rows, SavingsTotals total) {
    public SavingsReport {
        rows = List.copyOf(rows);
    }

    /**
     * One group. A field that the report is not grouped by is null.
     *
     * @param day the UTC day
     * @param model the model; null also for calls that named none; {@code "other"} for those past the bound of distinct groups
     * @param namespace the namespace; {@code "*"} for those past the second bound
     */
    public record Row(
            @Nullable LocalDate day,
            @Nullable String model,
            @Nullable String namespace,
            SavingsTotals totals) {}
}
