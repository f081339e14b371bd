package io.reprise.server.ledger;

import java.time.LocalDate;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which calls a savings report covers and how it breaks them down.
 *
 * @param from the first UTC day, or null for the first there is
 * @param to the last UTC day, inclusive, or null for the last there is; not before {@code from}
 * @param groupBy the fields of a row, each once, the one to sort by first; empty for one row of everything
 * @param principal whose calls, or null for everyone's
 */
public record SavingsQuery(
        @Nullable LocalDate from,
        @Nullable LocalDate to,
        List<GroupBy> groupBy,
        @Nullable String principal) {

    public SavingsQuery {
        if (from != null && to != null && to.isBefore(from)) {
            throw new IllegalArgumentException("to (" + to + ") must not be before from (" + from + ")");
        }
        groupBy = List.copyOf(groupBy);
        if (new HashSet<>(groupBy).size() != groupBy.size()) {
            throw new IllegalArgumentException("groupBy names a field twice: " + groupBy);
        }
    }
}
