package io.reprise.server.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LedgerFileTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 2);

    @TempDir
    private Path folder;

    private LedgerFile file;

    @BeforeEach
    void open() {
        file = LedgerFile.open(folder);
    }

    @AfterEach
    void close() {
        file.close();
    }

    @Test
    void everyCell_isKeptInItsOwnColumn() {
        SavingsTotals distinct = new SavingsTotals(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, -13, 14, 15, 16, 17);
        file.add(Map.of(key("m"), distinct));
        assertEquals(distinct, total());
    }

    @Test
    void fileOfVersionOne_isReadAndKnowsNoAudits() throws Exception {
        file.add(Map.of(key("m"), new SavingsTotals(1, 0, 0, 1, 0, 0, 0, 12, 85, 0, 0, 30, 0)));
        file.close();
        try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(LedgerFile.NAME));
                Statement statement = old.createStatement()) {
            statement.execute("ALTER TABLE day_totals DROP COLUMN audits");
            statement.execute("ALTER TABLE day_totals DROP COLUMN audit_pico_dollars");
            statement.execute("ALTER TABLE day_totals DROP COLUMN rules");
            statement.execute("ALTER TABLE day_totals DROP COLUMN refused");
            statement.execute("PRAGMA user_version = 1");
        }
        file = LedgerFile.open(folder);
        assertEquals(new SavingsTotals(1, 0, 0, 1, 0, 0, 0, 12, 85, 0, 0, 30, 0), total());
    }

    @Test
    void cellsOfABucket_areAddedUp() {
        file.add(Map.of(key("m"), all(5_000_000_000L)));
        file.add(Map.of(key("m"), all(-7)));
        assertEquals(all(4_999_999_993L), total());
    }

    @Test
    void sumsOfRows_areExactBeyondTheRangeOfDoubles() {
        long large = (1L << 61) + 1;
        file.add(Map.of(key("m1"), all(large), key("m2"), all(large), key("m3"), all(-3)));
        assertEquals(all(2 * large - 3), total());
    }

    @Test
    void cell_stopsAtItsLimitInsteadOfOverflowing() {
        for (int i = 0; i < 3; i++) {
            file.add(Map.of(key("m"), all(Long.MAX_VALUE)));
        }
        assertEquals(all((1L << 62) - 1), total());
    }

    @Test
    void sumOfRows_stopsAtTheEndOfTheRange() {
        file.add(
                Map.of(key("m1"), all(Long.MAX_VALUE), key("m2"), all(Long.MAX_VALUE), key("m3"), all(Long.MAX_VALUE)));
        assertEquals(all(Long.MAX_VALUE), total());
    }

    @Test
    void bucketsOfADay_areThoseOfThatDay() {
        BucketKey yesterday = new BucketKey(DAY.minusDays(1), "p", "n", "m");
        file.add(Map.of(key("m"), all(1), yesterday, all(1)));
        assertEquals(List.of(key("m")), file.bucketsOf(DAY, 10));
    }

    @Test
    void reportOfMoreRowsThanAllowed_failsWithAdvice() {
        file.add(Map.of(key("m1"), all(1), key("m2"), all(1), key("m3"), all(1)));
        SavingsQuery byModel = new SavingsQuery(null, null, List.of(GroupBy.MODEL), null);
        assertEquals(3, file.report(byModel, 3).rows().size());
        LedgerException failure = assertThrows(LedgerException.class, () -> file.report(byModel, 2));
        assertTrue(String.valueOf(failure.getMessage()).contains("ask for fewer days"));
    }

    private SavingsTotals total() {
        return file.report(new SavingsQuery(null, null, List.of(), null), 1).total();
    }

    private static BucketKey key(String model) {
        return new BucketKey(DAY, "p", "n", model);
    }

    private static SavingsTotals all(long value) {
        long[] cells = new long[SavingsTotals.COLUMNS.size()];
        Arrays.fill(cells, value);
        return SavingsTotals.ofCells(cells);
    }
}
