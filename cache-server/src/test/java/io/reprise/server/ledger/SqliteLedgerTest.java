package io.reprise.server.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.protocol.Usage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteLedgerTest {
    private static final Instant AT = Instant.parse("2026-11-02T23:59:59Z");
    private static final LocalDate DAY = LocalDate.of(2026, 11, 2);
    private static final Usage USAGE = Usage.of(12, 85, false);
    private static final long USAGE_PICO_DOLLARS = 880_000_000;
    private static final PriceBook PRICES = PriceBook.bundled(List.of());
    private static final Clock CLOCK = Clock.fixed(AT, ZoneOffset.UTC);

    @TempDir
    private Path folder;

    private SqliteLedger ledger;

    @BeforeEach
    void open() {
        ledger = openLedger();
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void newLedger_reportsNothing() {
        SavingsReport report = report(GroupBy.DAY);
        assertEquals(List.of(), report.rows());
        assertEquals(SavingsTotals.ZERO, report.total());
    }

    @Test
    void newLedgerWithoutGroups_reportsNoRowEither() {
        assertEquals(List.of(), report().rows());
    }

    @Test
    void report_includesWhatIsNotYetWritten() {
        ledger.record(miss(AT, "p", "n", "gpt-4o"));
        assertEquals(1, report().total().calls());
    }

    @Test
    void reportWithoutGroups_isOneRow() {
        ledger.record(miss(AT, "p", "n", "gpt-4o"));
        ledger.record(hit(AT, "p", "n", "gpt-5"));
        SavingsReport report = report();
        assertEquals(List.of(new SavingsReport.Row(null, null, null, report.total())), report.rows());
        assertEquals(2, report.total().calls());
    }

    @Test
    void missAndHit_haveTheirMoney() {
        ledger.record(miss(AT, "p", "n", "gpt-4o"));
        ledger.record(hit(AT, "p", "n", "gpt-4o"));
        assertEquals(
                new SavingsTotals(2, 1, 0, 1, 0, 0, 0, 12, 85, 12, 85, USAGE_PICO_DOLLARS, USAGE_PICO_DOLLARS),
                report().total());
    }

    @Test
    void rows_areSortedByTheGroupFieldsInTheOrderAsked() {
        Instant nextDay = AT.plus(Duration.ofSeconds(1));
        ledger.record(miss(nextDay, "p", "a", "gpt-4o"));
        ledger.record(miss(AT, "p", "b", "gpt-4o"));
        ledger.record(miss(AT, "p", "a", "gpt-5"));

        assertEquals(
                List.of("2026-11-02 gpt-4o b", "2026-11-02 gpt-5 a", "2026-11-03 gpt-4o a"),
                names(report(GroupBy.DAY, GroupBy.MODEL, GroupBy.NAMESPACE)));
        assertEquals(
                List.of("null gpt-4o a", "null gpt-5 a", "null gpt-4o b"),
                names(report(GroupBy.NAMESPACE, GroupBy.MODEL)));
        assertEquals(List.of("2026-11-02 null null", "2026-11-03 null null"), names(report(GroupBy.DAY)));
    }

    @Test
    void callWithoutModel_isARowWithoutModel() {
        ledger.record(new CallRecord(AT, "p", "n", null, CallOutcome.MISS, null, null));
        ledger.record(miss(AT, "p", "n", "gpt-4o"));
        assertEquals(List.of("null null null", "null gpt-4o null"), names(report(GroupBy.MODEL)));
    }

    @Test
    void range_includesBothItsDays() {
        for (int day = 0; day < 5; day++) {
            ledger.record(miss(AT.plus(Duration.ofDays(day)), "p", "n", "gpt-4o"));
        }
        SavingsQuery query = new SavingsQuery(DAY.plusDays(1), DAY.plusDays(3), List.of(GroupBy.DAY), null);
        assertEquals(
                List.of("2026-11-03 null null", "2026-11-04 null null", "2026-11-05 null null"), names(ask(query)));
    }

    @Test
    void principal_seesItsOwnCallsAlone() {
        ledger.record(miss(AT, "alice", "n", "gpt-4o"));
        ledger.record(miss(AT, "bob", "n", "gpt-4o"));
        ledger.record(miss(AT, "bob", "n", "gpt-5"));
        assertEquals(
                2, ask(new SavingsQuery(null, null, List.of(), "bob")).total().calls());
        assertEquals(
                0,
                ask(new SavingsQuery(null, null, List.of(), "b' OR 1=1 --"))
                        .total()
                        .calls());
        assertEquals(3, report().total().calls());
    }

    @Test
    void unicodeNames_comeBackAsTheyWere() {
        ledger.record(miss(AT, "p", "n", "模型-😀-'\"\u0000;"));
        assertEquals("模型-😀-'\"\u0000;", report(GroupBy.MODEL).rows().getFirst().model());
    }

    @Test
    void reopenedLedger_goesOnAdding() {
        ledger.record(miss(AT, "p", "n", "gpt-4o"));
        ledger.close();
        ledger = openLedger();
        ledger.record(hit(AT, "p", "n", "gpt-4o"));
        assertEquals(
                new SavingsTotals(2, 1, 0, 1, 0, 0, 0, 12, 85, 12, 85, USAGE_PICO_DOLLARS, USAGE_PICO_DOLLARS),
                report().total());
    }

    @Test
    void priceChange_leavesEarlierCallsAsTheyWerePriced() {
        ledger.record(miss(AT, "p", "n", "gpt-4o"));
        ledger.close();
        Price dearer = Price.ofUsdPerMillionTokens("gpt-4o", null, "100", null, null, "100");
        ledger = SqliteLedger.open(LedgerSettings.in(folder), new PriceBook(List.of(dearer), List.of()), CLOCK);
        assertEquals(USAGE_PICO_DOLLARS, report().total().spentPicoDollars());
    }

    @Test
    void call_isPricedAtTheTimeItFinished() {
        ledger.close();
        Price cheap = Price.ofUsdPerMillionTokens("m", null, "1", null, null, "1");
        Price dear = Price.ofUsdPerMillionTokens("m", DAY.plusDays(1), "2", null, null, "2");
        ledger = SqliteLedger.open(LedgerSettings.in(folder), new PriceBook(List.of(cheap, dear), List.of()), CLOCK);
        ledger.record(miss(AT, "p", "n", "m"));
        ledger.record(miss(AT.plusSeconds(1), "p", "n", "m"));
        assertEquals(
                List.of(97_000_000L, 194_000_000L),
                report(GroupBy.DAY).rows().stream()
                        .map(row -> row.totals().spentPicoDollars())
                        .toList());
    }

    @Test
    void absurdTokenCounts_stopAtTheEndOfTheRange() {
        Usage absurd = Usage.of(Long.MAX_VALUE, Long.MAX_VALUE, false);
        for (int i = 0; i < 3; i++) {
            ledger.record(new CallRecord(AT, "p" + i, "n", "gpt-4o", CallOutcome.EXACT, null, absurd));
            ledger.record(new CallRecord(AT, "p" + i, "n", "gpt-4o", CallOutcome.EXACT, null, absurd));
            report(); // Writes what there is.
        }
        SavingsTotals total = report().total();
        assertEquals(6, total.unpricedCalls());
        assertEquals(0, total.savedPicoDollars());
        assertEquals(Long.MAX_VALUE, total.savedInputTokens());
    }

    @Test
    void recordingFromManyThreadsWhileWritingAndReading_losesNoCall() throws Exception {
        ledger.close();
        LedgerSettings busy = new LedgerSettings(folder, Duration.ofMillis(1), 10_000);
        ledger = SqliteLedger.open(busy, PRICES, CLOCK);
        int threads = 8;
        int callsEach = 5_000;
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < threads; t++) {
                String own = "model-" + t;
                running.add(executor.submit(() -> {
                    for (int i = 0; i < callsEach; i++) {
                        ledger.record(i % 2 == 0 ? miss(AT, "p", "n", "gpt-4o") : hit(AT, "p", "n", own));
                        if (i % 1_000 == 0) {
                            report();
                        }
                    }
                }));
            }
        }
        for (Future<?> thread : running) {
            thread.get();
        }
        long misses = (long) threads * callsEach / 2;
        assertEquals(
                new SavingsTotals(
                        2 * misses,
                        misses,
                        0,
                        misses,
                        0,
                        0,
                        misses,
                        12 * misses,
                        85 * misses,
                        12 * misses,
                        85 * misses,
                        misses * USAGE_PICO_DOLLARS,
                        0),
                report().total());
    }

    @Test
    void reportAskedOnAVirtualThread_isAnswered() throws Exception {
        CompletableFuture<SavingsReport> reply = new CompletableFuture<>();
        Thread.startVirtualThread(() -> reply.complete(report())).join();
        assertEquals(SavingsTotals.ZERO, reply.get().total());
    }

    @Test
    void distinctModelsPastTheBound_areCountedAsOther() {
        ledger.close();
        ledger = SqliteLedger.open(new LedgerSettings(folder, Duration.ofMillis(250), 2), PRICES, CLOCK);
        for (int i = 0; i < 5; i++) {
            ledger.record(miss(AT, "p", "n", "m" + i));
        }
        assertEquals(List.of("null m0 null", "null m1 null", "null other null"), names(report(GroupBy.MODEL)));
        assertEquals(3, ledger.counters().foldedCalls());
    }

    @Test
    void boundOfDistinctModels_holdsOverARestart() {
        for (int i = 0; i < 2; i++) {
            ledger.close();
            ledger = SqliteLedger.open(new LedgerSettings(folder, Duration.ofMillis(250), 1), PRICES, CLOCK);
            ledger.record(miss(AT, "p", "n", "m" + i));
        }
        assertEquals(List.of("null m0 null", "null other null"), names(report(GroupBy.MODEL)));
    }

    @Test
    void callAfterTheClose_isCountedAsDropped() {
        ledger.close();
        ledger.record(miss(AT, "p", "n", "gpt-4o"));
        assertEquals(1, ledger.counters().droppedCalls());
    }

    @Test
    void reportAfterTheClose_fails() {
        ledger.close();
        CompletionException failure = assertThrows(CompletionException.class, this::report);
        assertInstanceOf(LedgerException.class, failure.getCause());
    }

    @Test
    void secondClose_doesNothing() {
        ledger.close();
        ledger.close();
        assertFalse(folder.resolve("ledger.sqlite-wal").toFile().exists());
    }

    @Test
    void folderWithAnyCharacters_isUsed() {
        ledger.close();
        folder = folder.resolve("new").resolve("a?b=c #%41 ü");
        ledger = openLedger();
        assertTrue(folder.resolve("ledger.sqlite").toFile().isFile());
    }

    private SqliteLedger openLedger() {
        return SqliteLedger.open(LedgerSettings.in(folder), PRICES, CLOCK);
    }

    private SavingsReport report(GroupBy... groupBy) {
        return ask(new SavingsQuery(null, null, List.of(groupBy), null));
    }

    private SavingsReport ask(SavingsQuery query) {
        return ledger.savings(query).toCompletableFuture().join();
    }

    private static List<String> names(SavingsReport report) {
        return report.rows().stream()
                .map(row -> row.day() + " " + row.model() + " " + row.namespace())
                .toList();
    }

    private static CallRecord miss(Instant at, String principal, String namespace, @Nullable String model) {
        return new CallRecord(at, principal, namespace, model, CallOutcome.MISS, USAGE, null);
    }

    private static CallRecord hit(Instant at, String principal, String namespace, @Nullable String model) {
        return new CallRecord(at, principal, namespace, model, CallOutcome.EXACT, null, USAGE);
    }
}
