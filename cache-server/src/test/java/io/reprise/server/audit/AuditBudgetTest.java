package io.reprise.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Usage;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class AuditBudgetTest {
    private static final String MODEL = "gpt-4o";
    private static final Usage ANSWER = Usage.of(100, 100, false);

    private final PriceBook prices = PriceBook.bundled(List.of());
    private final AuditBudget budget = budget("gpt-4o-mini");

    @Test
    void nothingSaved_affordsNothing() {
        assertFalse(budget.affords(OptionalLong.of(1)));
        assertFalse(budget.reserve(cost()));
        assertFalse(budget.pays());
    }

    @Test
    void auditsCostTheirShareAtMost() {
        long saved = 0;
        long spent = 0;
        for (int hit = 0; hit < 2000; hit++) {
            budget.earn(MODEL, ANSWER);
            saved += price(MODEL, ANSWER);
            OptionalLong reserved = cost();
            if (budget.reserve(reserved)) {
                var judging = new ModelUsage("gpt-4o-mini", Usage.of(600, 2, false));
                budget.charge(reserved, MODEL, List.of(new ModelUsage(MODEL, ANSWER), judging));
                spent += price(MODEL, ANSWER) + price("gpt-4o-mini", judging.usage());
            }
            assertTrue(spent <= 0.03 * saved, spent + " of " + saved);
        }
        assertTrue(spent > 0.02 * saved, spent + " of " + saved);
    }

    @Test
    void auditUnderWay_isCounted() {
        earn(200);
        OptionalLong first = cost();
        assertTrue(budget.reserve(first));
        int others = 0;
        while (budget.reserve(cost())) {
            others++;
        }
        assertTrue(others > 0);
        budget.charge(first, MODEL, List.of());
        assertTrue(budget.reserve(cost()));
    }

    @Test
    void judgeWithoutAPrice_isNotFree() {
        AuditBudget unpriced = budget("our-own-judge");
        long own = cost(unpriced).orElseThrow();
        assertTrue(own > price(MODEL, ANSWER), "no more than the answer");
        for (int i = 0; i < 1000; i++) {
            unpriced.earn(MODEL, ANSWER);
        }
        OptionalLong reserved = cost(unpriced);
        assertTrue(unpriced.reserve(reserved));
        unpriced.charge(
                reserved, MODEL, List.of(new ModelUsage("our-own-judge", Usage.of(1_000_000, 1_000_000, false))));
        assertFalse(unpriced.reserve(cost(unpriced)));
    }

    @Test
    void callWithoutAPrice_isNotAudited() {
        earn(1000);
        assertEquals(OptionalLong.empty(), budget.auditing("our-own", ANSWER, 100));
        assertEquals(OptionalLong.empty(), budget.auditing(MODEL, null, 100));
        assertFalse(budget.affords(OptionalLong.empty()));
    }

    @Test
    void savingOfUnknownPrice_earnsNothing() {
        budget.earn("our-own", ANSWER);
        budget.earn(MODEL, null);
        assertFalse(budget.affords(OptionalLong.of(1)));
    }

    private void earn(int hits) {
        for (int i = 0; i < hits; i++) {
            budget.earn(MODEL, ANSWER);
        }
    }

    private OptionalLong cost() {
        return cost(budget);
    }

    private static OptionalLong cost(AuditBudget of) {
        return of.auditing(MODEL, ANSWER, 900);
    }

    private long price(String model, Usage usage) {
        return prices.cost(model, usage, Clock.systemUTC().instant()).orElseThrow();
    }

    private AuditBudget budget(String judge) {
        return new AuditBudget(0.03, prices, judge, Clock.systemUTC());
    }
}
