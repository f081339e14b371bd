package io.reprise.server.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.reprise.server.protocol.Usage;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class CallPricerTest {
    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");
    private static final Usage USAGE = Usage.of(12, 85, false);
    private static final long USAGE_PICO_DOLLARS = 880_000_000;

    private final CallPricer pricer = new CallPricer(PriceBook.bundled(List.of()));

    @Test
    void miss_spendsItsUsage() {
        assertEquals(
                new SavingsTotals(1, 0, 0, 1, 0, 0, 0, 12, 85, 0, 0, USAGE_PICO_DOLLARS, 0),
                totals("gpt-4o", CallOutcome.MISS, USAGE, null));
    }

    @Test
    void bypass_spendsItsUsage() {
        assertEquals(
                new SavingsTotals(1, 0, 0, 0, 1, 0, 0, 12, 85, 0, 0, USAGE_PICO_DOLLARS, 0),
                totals("gpt-4o", CallOutcome.BYPASS, USAGE, null));
    }

    @Test
    void missWithoutUsage_spendsNothing() {
        assertEquals(
                new SavingsTotals(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0), totals(null, CallOutcome.MISS, null, null));
    }

    @Test
    void exactHit_savesTheStoredUsage() {
        assertEquals(
                new SavingsTotals(1, 1, 0, 0, 0, 0, 0, 0, 0, 12, 85, 0, USAGE_PICO_DOLLARS),
                totals("gpt-4o", CallOutcome.EXACT, null, USAGE));
    }

    @Test
    void semanticHit_savesTheStoredUsage() {
        assertEquals(
                new SavingsTotals(1, 0, 1, 0, 0, 0, 0, 0, 0, 12, 85, 0, USAGE_PICO_DOLLARS),
                totals("gpt-4o", CallOutcome.SEMANTIC, null, USAGE));
    }

    @Test
    void coalescedCall_savesTheLeadersUsage() {
        assertEquals(
                new SavingsTotals(1, 0, 0, 0, 0, 1, 0, 0, 0, 12, 85, 0, USAGE_PICO_DOLLARS),
                totals("gpt-4o", CallOutcome.COALESCED, null, USAGE));
    }

    @Test
    void callOfUnknownModel_countsItsTokensAndNoMoney() {
        assertEquals(
                new SavingsTotals(1, 0, 0, 1, 0, 0, 1, 12, 85, 0, 0, 0, 0),
                totals("our-own", CallOutcome.MISS, USAGE, null));
        assertEquals(
                new SavingsTotals(1, 1, 0, 0, 0, 0, 1, 0, 0, 12, 85, 0, 0),
                totals("our-own", CallOutcome.EXACT, null, USAGE));
    }

    @Test
    void callThatARuleAnswers_isACallThatCostsAndSavesNothing() {
        assertEquals(
                new SavingsTotals(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0),
                totals("our-own", CallOutcome.RULE, null, null));
    }

    @Test
    void refusedCall_isNoCall() {
        assertEquals(
                new SavingsTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
                totals("our-own", CallOutcome.REFUSED, null, null));
    }

    @Test
    void hitWithUnknownUsage_isUnpriced() {
        assertEquals(
                new SavingsTotals(1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0),
                totals("gpt-4o", CallOutcome.EXACT, null, null));
    }

    @Test
    void overheadOfAHit_isSpentAndTakenOffTheSaving() {
        Usage judge = Usage.of(200, 1, false);
        CallRecord call = new CallRecord(
                AT,
                "p",
                "n",
                "gpt-4o",
                CallOutcome.SEMANTIC,
                null,
                USAGE,
                List.of(new ModelUsage("gpt-4o-mini", judge)));
        // 200 x 0.15 + 1 x 0.6 = 30.6 USD per million
        assertEquals(
                new SavingsTotals(1, 0, 1, 0, 0, 0, 0, 200, 1, 12, 85, 30_600_000, USAGE_PICO_DOLLARS - 30_600_000),
                pricer.totalsOf(call));
    }

    @Test
    void overheadOfAMiss_isANegativeSaving() {
        CallRecord call = new CallRecord(
                AT, "p", "n", "gpt-4o", CallOutcome.MISS, USAGE, null, List.of(new ModelUsage("gpt-4o", USAGE)));
        assertEquals(
                new SavingsTotals(1, 0, 0, 1, 0, 0, 0, 24, 170, 0, 0, 2 * USAGE_PICO_DOLLARS, -USAGE_PICO_DOLLARS),
                pricer.totalsOf(call));
    }

    @Test
    void overheadOfUnknownPrice_makesTheCallUnpriced() {
        CallRecord call = new CallRecord(
                AT, "p", "n", "gpt-4o", CallOutcome.EXACT, null, USAGE, List.of(new ModelUsage("our-own", USAGE)));
        assertEquals(new SavingsTotals(1, 1, 0, 0, 0, 0, 1, 12, 85, 12, 85, 0, 0), pricer.totalsOf(call));
    }

    @Test
    void audit_isNoCallAndSpendsWhatItUsed() {
        var audit = new AuditRecord(AT, "p", "n", "gpt-4o", List.of(new ModelUsage("gpt-4o", USAGE)));
        assertEquals(
                new SavingsTotals(
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        12,
                        85,
                        0,
                        0,
                        USAGE_PICO_DOLLARS,
                        -USAGE_PICO_DOLLARS,
                        1,
                        USAGE_PICO_DOLLARS,
                        0,
                        0),
                pricer.totalsOf(audit));
    }

    @Test
    void auditThatTheCallerAnswered_costsNothing() {
        assertEquals(
                new SavingsTotals(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0),
                pricer.totalsOf(new AuditRecord(AT, "p", "n", "", List.of())));
    }

    @Test
    void auditOfUnknownPrice_isUnpriced() {
        var audit = new AuditRecord(AT, "p", "n", "our-own", List.of(new ModelUsage("our-own", USAGE)));
        assertEquals(new SavingsTotals(0, 0, 0, 0, 0, 0, 1, 12, 85, 0, 0, 0, 0, 1, 0, 0, 0), pricer.totalsOf(audit));
    }

    /** Or else the savings would look larger than they are. */
    @Test
    void auditWhoseJudgeHasNoPrice_takesOffWhatIsKnown() {
        var audit = new AuditRecord(
                AT, "p", "n", "gpt-4o", List.of(new ModelUsage("gpt-4o", USAGE), new ModelUsage("our-own", USAGE)));
        assertEquals(
                new SavingsTotals(
                        0,
                        0,
                        0,
                        0,
                        0,
                        0,
                        1,
                        24,
                        170,
                        0,
                        0,
                        USAGE_PICO_DOLLARS,
                        -USAGE_PICO_DOLLARS,
                        1,
                        USAGE_PICO_DOLLARS,
                        0,
                        0),
                pricer.totalsOf(audit));
    }

    @Test
    void missThatTheCacheAnsweredAPartOf_spendsTheOneAndSavesTheOther() {
        assertEquals(
                new SavingsTotals(1, 0, 0, 1, 0, 0, 0, 12, 85, 24, 170, USAGE_PICO_DOLLARS, 2 * USAGE_PICO_DOLLARS),
                totals("gpt-4o", CallOutcome.MISS, USAGE, Usage.of(24, 170, false)));
    }

    @Test
    void savingOfACallThatWasNotLookedUp_isRejected() {
        assertThrows(IllegalArgumentException.class, () -> totals("gpt-4o", CallOutcome.BYPASS, null, USAGE));
    }

    private SavingsTotals totals(
            @Nullable String model, CallOutcome outcome, @Nullable Usage used, @Nullable Usage saved) {
        return pricer.totalsOf(new CallRecord(AT, "p", "n", model, outcome, used, saved));
    }
}
