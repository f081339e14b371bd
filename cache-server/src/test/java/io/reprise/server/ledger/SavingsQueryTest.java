package io.reprise.server.ledger;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SavingsQueryTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 2);

    @Test
    void rangeThatEndsBeforeItBegins_isRejected() {
        assertThrows(IllegalArgumentException.class, () -> new SavingsQuery(DAY, DAY.minusDays(1), List.of(), null));
    }

    @Test
    void rangeOfOneDay_isAllowed() {
        assertDoesNotThrow(() -> new SavingsQuery(DAY, DAY, List.of(), null));
    }

    @Test
    void fieldGroupedByTwice_isRejected() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new SavingsQuery(null, null, List.of(GroupBy.DAY, GroupBy.MODEL, GroupBy.DAY), null));
    }
}
