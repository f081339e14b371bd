package io.reprise.server.requests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.GroupBy;
import io.reprise.server.ledger.LedgerSettings;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.SavingsQuery;
import io.reprise.server.ledger.SavingsTotals;
import io.reprise.server.ledger.SqliteFile;
import io.reprise.server.ledger.SqliteLedger;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.UsageDetails;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportsTest {
    private static final PriceBook PRICES = PriceBook.bundled(List.of());
    private static final Clock CLOCK = Clock.fixed(Calls.NOON, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private RequestLog log;

    @BeforeEach
    void open() {
        log = RequestLog.open(
                new RequestLog.Settings(
                        folder.resolve("log"), new byte[32], false, Duration.ofDays(3650), 1L << 40, false),
                PRICES,
                CLOCK);
    }

    @AfterEach
    void close() {
        log.close();
    }

    /** Every report, plain SQL over the rows, and the ledger say the same, to the pico-dollar. */
    @Test
    void reports_agreeWithTheRowsAndWithTheLedger() {
        List<FinishedCall> calls = mixedCalls();
        SavingsTotals booked;
        try (SqliteLedger ledger =
                SqliteLedger.open(LedgerSettings.in(folder.resolve("ledger")), PRICES, CLOCK)) {
            for (FinishedCall call : calls) {
                log.finished(call);
                if (call.audit()) {
                    ledger.record(call.auditRecord());
                } else {
                    ledger.record(call.callRecord());
                }
            }
            booked = ledger.savings(new SavingsQuery(null, null, List.of(GroupBy.MODEL), null))
                    .toCompletableFuture()
                    .join()
                    .total();
        }
        assertEquals(booked, spend().total().savings());
        for (Dimension dimension : Dimension.values()) {
            if (dimension == Dimension.TAG) {
                continue;
            }
            SavingsTotals sum = spend(dimension).rows().stream()
                    .map(row -> row.totals().savings())
                    .reduce(SavingsTotals.ZERO, SavingsTotals::plus);
            assertEquals(booked, sum, dimension.field());
        }
        long dayBefore = Calls.NOON.minus(Duration.ofDays(1)).toEpochMilli();
        assertEquals(calls.size(), number("SELECT count(*) FROM requests"));
        assertEquals(booked.spentPicoDollars(), number("SELECT sum(cost_pico_dollars) FROM requests"));
        assertEquals(
                booked.savedPicoDollars(),
                number("SELECT sum(CASE WHEN audit THEN -cost_pico_dollars ELSE saved_pico_dollars END) FROM requests"));
        assertEquals(
                booked.inputTokens(), number("SELECT sum(input_tokens + overhead_input_tokens) FROM requests"));
        assertEquals(booked.unpricedCalls(), number("SELECT sum(unpriced) FROM requests"));
        assertEquals(booked.refused(), number("SELECT count(*) FROM requests WHERE outcome = 'refused'"));
        assertEquals(
                booked.calls(), number("SELECT count(*) FROM requests WHERE outcome <> 'refused' AND audit = 0"));
        assertEquals(
                number("SELECT sum(cost_pico_dollars) FROM requests WHERE finished_ms >= " + dayBefore),
                number("SELECT sum(spent_pico_dollars) FROM slots WHERE slot >= " + dayBefore / Slots.MILLIS));
        assertEquals(
                number("SELECT sum(cost_pico_dollars) FROM requests WHERE audit = 0 AND fingerprint IS NOT NULL"),
                read(new TopReport.Query(TopReport.Measure.COST, null, null, 1000)).rows().stream()
                        .mapToLong(TopReport.Row::spentPicoDollars)
                        .sum());
    }

    /** Each group of each combination, against the rows. */
    @Test
    void groups_agreeWithTheRows() {
        mixedCalls().forEach(log::finished);
        for (SpendReport.Row row : spend(Dimension.MODEL, Dimension.TEAM, Dimension.DAY).rows()) {
            String where = " FROM requests WHERE coalesce(model, '') = '" + text(row.names().get(0))
                    + "' AND coalesce(team, '') = '" + text(row.names().get(1))
                    + "' AND date(finished_ms / 1000, 'unixepoch') = '" + row.names().get(2) + "'";
            assertEquals(
                    number("SELECT coalesce(sum(cost_pico_dollars), 0)" + where),
                    row.totals().savings().spentPicoDollars());
            assertEquals(
                    number("SELECT sum(input_tokens + overhead_input_tokens)" + where),
                    row.totals().savings().inputTokens());
        }
    }

    private static List<FinishedCall> mixedCalls() {
        Random random = new Random(7);
        CallOutcome[] outcomes = CallOutcome.values();
        String[] models = {"gpt-4o", "claude-sonnet-4-5", "gpt-5-mini", "our-own", null};
        List<FinishedCall> calls = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            CallOutcome outcome = outcomes[random.nextInt(outcomes.length)];
            boolean upstream = outcome == CallOutcome.MISS || outcome == CallOutcome.BYPASS;
            long input = random.nextInt(250_000);
            Usage used = new Usage(input, input / 3, input / 5, random.nextInt(2_000), random.nextBoolean());
            Calls call = Calls.miss("c" + i)
                    .at(Calls.NOON.minusSeconds(random.nextInt(40 * 86_400)))
                    .model(models[random.nextInt(models.length)])
                    .outcome(outcome)
                    .used(upstream ? used : null)
                    .saved(
                            upstream || outcome == CallOutcome.REFUSED || outcome == CallOutcome.RULE
                                    ? null
                                    : Usage.of(input, 7, false))
                    .payer("k" + random.nextInt(3), random.nextBoolean() ? "search" : null, "u" + random.nextInt(5), "web")
                    .prompt(random.nextInt(10) == 0 ? null : "prompt " + random.nextInt(300));
            if (upstream && random.nextInt(10) == 0) {
                call = call.overhead(new ModelUsage("gpt-4o-mini", Usage.of(100, 1, false)));
            }
            if (outcome == CallOutcome.BYPASS && random.nextInt(4) == 0) {
                call = call.isAudit().overhead(new ModelUsage("gpt-4o-mini", Usage.of(300, 2, false)));
            }
            calls.add(call.finished());
        }
        return calls;
    }

    @Test
    void callOfTwoTags_countsForBothAndOnceInTheTotal() {
        log.finished(Calls.miss("a").payer("k", null, null, "web", "beta").finished());
        log.finished(Calls.miss("b").payer("k", null, null, "web").finished());
        log.finished(Calls.miss("c").finished());
        SpendReport report = spend(Dimension.TAG);
        Map<String, Long> calls = new HashMap<>();
        report.rows()
                .forEach(row -> calls.put(
                        text(row.names().getFirst()), row.totals().savings().calls()));
        assertEquals(Map.of("", 1L, "beta", 1L, "web", 2L), calls);
        assertEquals(3, report.total().savings().calls());
    }

    @Test
    void tagWithOtherFilters_isUnderstood() {
        log.finished(Calls.miss("a").payer("k", null, null, "web", "beta").finished());
        log.finished(Calls.miss("b").payer("l", null, null, "web").finished());
        var filter = new CallFilter("k", null, null, "web", null, null, null);
        SpendReport report =
                read(new SpendReport.Query(new Hours(null, null, filter), List.of(Dimension.TAG, Dimension.KEY)));
        assertEquals(
                List.of(List.of("beta", "k"), List.of("web", "k")),
                report.rows().stream().map(SpendReport.Row::names).toList());
    }

    @Test
    void times_areNamedAsCalendarsDo() {
        log.finished(Calls.miss("a").at(Instant.parse("2027-01-03T23:59:59Z")).finished());
        log.finished(Calls.miss("b").at(Instant.parse("2027-01-04T00:00:00Z")).finished());
        List<List<@Nullable String>> names =
                spend(Dimension.HOUR, Dimension.DAY, Dimension.WEEK, Dimension.MONTH).rows().stream()
                        .map(SpendReport.Row::names)
                        .toList();
        assertEquals(
                List.of(
                        List.of("2027-01-03T23:00:00Z", "2027-01-03", "2026-W53", "2027-01"),
                        List.of("2027-01-04T00:00:00Z", "2027-01-04", "2027-W01", "2027-01")),
                names);
    }

    @Test
    void hoursAsked_areThoseThatHaveBegun() {
        log.finished(Calls.miss("a").at(Calls.NOON.minusSeconds(1)).finished());
        log.finished(Calls.miss("b").at(Calls.NOON).finished());
        log.finished(Calls.miss("c").at(Calls.NOON.plusSeconds(3_600)).finished());
        var hours = new Hours(Calls.NOON.plusSeconds(60), Calls.NOON.plusSeconds(120), CallFilter.ALL);
        assertEquals(
                1, read(new SpendReport.Query(hours, List.of())).total().savings().calls());
    }

    @Test
    void moneyOfGroupWithoutAnyPrice_isUnknown() {
        log.finished(Calls.miss("a").model("our-own").finished());
        Map<String, @Nullable Object> cells = spend().total().byName();
        assertNull(cells.get("spent_usd"));
        assertEquals(1L, cells.get("unpriced_calls"));
        log.finished(Calls.miss("b").finished());
        assertEquals("0.00088", spend().total().byName().get("spent_usd"));
    }

    @Test
    void top_isByWhatIsAsked() {
        for (int i = 0; i < 3; i++) {
            log.finished(Calls.miss("a" + i).prompt("often").used(Usage.of(1, 1, false)).finished());
        }
        log.finished(Calls.miss("b").prompt("dear").used(Usage.of(100_000, 1, false)).finished());
        log.finished(Calls.hit("c").prompt("saved").finished());
        var often = new Fingerprints(new byte[32]).of("often");
        TopReport byCalls = read(new TopReport.Query(TopReport.Measure.CALLS, null, null, 1));
        assertEquals(List.of(often), byCalls.rows().stream().map(TopReport.Row::fingerprint).toList());
        assertEquals(3, byCalls.rows().getFirst().calls());
        assertNull(byCalls.rows().getFirst().prompt());
        assertTrue(byCalls.exact());
        assertEquals(
                100_000L * 2_500_000 + 10_000_000,
                read(new TopReport.Query(TopReport.Measure.COST, null, null, 1))
                        .rows()
                        .getFirst()
                        .spentPicoDollars());
        assertEquals(
                Calls.USAGE_PICO_DOLLARS,
                read(new TopReport.Query(TopReport.Measure.SAVED, null, null, 1))
                        .rows()
                        .getFirst()
                        .savedPicoDollars());
        assertEquals(
                0,
                read(new TopReport.Query(TopReport.Measure.COST, Calls.NOON.plus(Duration.ofDays(1)), null, 9))
                        .rows()
                        .size());
    }

    @Test
    void dayWithVeryManyPrompts_isCutAndSaysSo() throws Exception {
        for (int i = 0; i < 12_000; i++) {
            log.finished(Calls.miss("c" + i)
                    .prompt("prompt " + i)
                    .used(Usage.of(i + 1, 0, false))
                    .finished());
        }
        await(() -> number("SELECT count(*) FROM prompts") == 12_000);
        log.close();
        try (var file = SqliteFile.open(
                folder.resolve("log").resolve(LogFile.NAME),
                new SqliteFile.Schema(1, List.of(), List.of(), new TreeMap<>()))) {
            Prompts.cut(file, LocalDate.of(2026, 11, 2).toEpochDay(), 11_000);
        }
        open();
        TopReport top = read(new TopReport.Query(TopReport.Measure.COST, null, null, 1));
        assertFalse(top.exact());
        assertEquals(12_000L * 2_500_000, top.rows().getFirst().spentPicoDollars());
        assertTrue(number("SELECT count(*) FROM prompts") < 11_000);
    }

    @Test
    void busyHours_areOfTheZoneAsked() {
        // A Monday, 12:00 in UTC and 13:00 in Berlin.
        log.finished(Calls.miss("a").finished());
        WeekReport utc = read(new WeekReport.Query(Hours.ALL, ZoneOffset.UTC));
        assertEquals(1, utc.at(DayOfWeek.MONDAY, 12).savings().calls());
        WeekReport berlin = read(new WeekReport.Query(Hours.ALL, ZoneId.of("Europe/Berlin")));
        assertEquals(0, berlin.at(DayOfWeek.MONDAY, 12).savings().calls());
        assertEquals(1, berlin.at(DayOfWeek.MONDAY, 13).savings().calls());
    }

    @Test
    void comparison_pricesTheSameTokensAtTheOthersRates() {
        Usage used = new Usage(1_000, 400, 0, 100, false);
        log.finished(Calls.miss("a").used(used).finished());
        log.finished(Calls.hit("b").finished());
        Comparison comparison = read(new Comparison.Query(
                Hours.ALL, List.of("gpt-4o", "claude-sonnet-4-5", "our-own"), PRICES));
        assertEquals(1, comparison.actual().upstreamCalls());
        // 600 x 2.5 + 400 x 1.25 + 100 x 10
        assertEquals(3_000_000_000L, comparison.actual().spentByCalls());
        assertEquals(3_000_000_000L, comparison.models().get(0).picoDollars());
        // 600 x 3 + 400 x 0.3 + 100 x 15, as a batch half of it, and without the cache 1000 x 3 + 100 x 15
        assertEquals(3_420_000_000L, comparison.models().get(1).picoDollars());
        assertEquals(1_710_000_000L, comparison.models().get(1).batchPicoDollars());
        assertEquals(4_500_000_000L, comparison.models().get(1).uncachedPicoDollars());
        assertNull(comparison.models().get(2).picoDollars());
        assertEquals(1, comparison.models().get(2).unpricedCalls());
    }

    @Test
    void comparisonOfLongPrompts_takesTheirTier() {
        log.finished(Calls.miss("long").used(Usage.of(250_000, 100, false)).finished());
        log.finished(Calls.miss("short").used(Usage.of(1_000, 100, false)).finished());
        Comparison comparison = read(new Comparison.Query(Hours.ALL, List.of("gemini-2.5-pro"), PRICES));
        // 250,000 x 2.5 + 100 x 15, and 1,000 x 1.25 + 100 x 10
        assertEquals(
                625_000_000_000L + 1_500_000_000L + 1_250_000_000L + 1_000_000_000L,
                comparison.models().getFirst().picoDollars());
    }

    @Test
    void roi_isWhatWasSavedLessWhatItCost() {
        Instant now = Calls.NOON.plus(Duration.ofHours(10));
        log.finished(Calls.hit("a").finished());
        log.finished(Calls.miss("audit").isAudit().used(Usage.of(4, 3, false)).finished());
        log.finished(Calls.miss("b")
                .overhead(new ModelUsage("gpt-4o", Usage.of(1, 1, false)))
                .finished());
        RoiReport report = read(new RoiReport.Query(Hours.ALL, new BigDecimal("0.0001"), now));
        assertEquals(Calls.USAGE_PICO_DOLLARS, report.grossPicoDollars());
        assertEquals(40_000_000, report.auditPicoDollars());
        assertEquals(12_500_000, report.overheadPicoDollars());
        assertEquals(Duration.ofHours(10), report.machineTime());
        assertEquals(1_000_000_000L, report.machinePicoDollars());
        assertEquals(
                Calls.USAGE_PICO_DOLLARS - 40_000_000 - 12_500_000 - 1_000_000_000L, report.netPicoDollars());
        assertNull(read(new RoiReport.Query(Hours.ALL, null, now)).machinePicoDollars());
    }

    @Test
    void forecast_readsTheDaysOfTheLog() {
        Instant now = Instant.parse("2026-11-15T00:00:00Z");
        for (int day = 1; day <= 14; day++) {
            log.finished(Calls.miss("c" + day)
                    .at(Instant.parse("2026-11-01T12:00:00Z").plus(Duration.ofDays(day - 1)))
                    .finished());
        }
        Forecast forecast = read(new ForecastQuery(CallFilter.ALL, now));
        assertEquals(14 * Calls.USAGE_PICO_DOLLARS, forecast.spentPicoDollars());
        assertEquals(30 * Calls.USAGE_PICO_DOLLARS, forecast.expectedPicoDollars());
        assertEquals(forecast.expectedPicoDollars(), forecast.highPicoDollars());
    }

    private SpendReport spend(Dimension... by) {
        return read(new SpendReport.Query(Hours.ALL, List.of(by)));
    }

    private <T> T read(LogReading<T> reading) {
        return log.read(reading).toCompletableFuture().join();
    }

    private long number(String sql) {
        Long number = read(connection -> {
            try (Statement statement = connection.createStatement()) {
                return SqliteFile.number(statement, sql);
            }
        });
        return number;
    }

    private static void await(BooleanSupplier condition) {
        Instant deadline = Instant.now().plusSeconds(60);
        while (!condition.getAsBoolean()) {
            assertTrue(Instant.now().isBefore(deadline), "not in time");
        }
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
