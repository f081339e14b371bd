package io.reprise.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Gate.Refused;
import io.reprise.server.access.Gate.Reservation;
import io.reprise.server.ledger.Payer;
import io.reprise.server.protocol.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetsTest {
    private static final long CENT = 10_000_000_000L;

    @TempDir
    Path folder;

    private final TestTime time = new TestTime("2026-12-01T12:00:00Z");

    @Test
    void whatIsSpent_isCountedOnAllBudgetsOfTheCall() {
        try (Access access = Desk.open(folder, time)) {
            for (String scope : List.of("global", "team:web", "user:ada", "tag:x", "model:gpt-*", "model:claude-*")) {
                access.desk().putBudget(scope, Desk.json("{'usd':'1','window':'month'}"));
            }
            Payer payer = payer(access, "{'name':'a','team':'web','user':'ada','tags':['x','y']}");

            settle(access, payer, 3 * CENT);

            for (ObjectNode budget : access.desk().budgets()) {
                String spent = budget.path("scope").asText().equals("model:claude-*") ? "0" : "0.03";
                assertEquals(spent, budget.path("spent_usd").asText(), budget.toString());
                assertEquals("0", budget.path("reserved_usd").asText());
                assertEquals("2027-01-01T00:00:00Z", budget.path("resets_at").asText());
            }
        }
    }

    @Test
    void whatACallMayCost_isReservedUntilItEnds() {
        try (Access access = Desk.open(folder, time)) {
            Payer payer = payer(access, "{'name':'a','budgets':[{'usd':'1','window':'day'}]}");

            Reservation held = reserve(access, payer, 10_000L);

            JsonNode budget = access.desk().budgets().getFirst();
            assertTrue(budget.path("reserved_usd").asText().startsWith("0.1000"), budget.toString());
            assertTrue(budget.path("remaining_usd").asText().startsWith("0.8999"), budget.toString());
            held.settle(Usage.of(5, 10, false), OptionalLong.of(CENT));
            assertEquals(
                    "0.99",
                    access.desk().budgets().getFirst().path("remaining_usd").asText());
        }
    }

    @Test
    void callsAtTheEdge_neverSpendMoreThanTheBudget() throws Exception {
        int calls = 200;
        try (Access access = Desk.open(folder, time);
                var threads = Executors.newFixedThreadPool(32)) {
            Payer payer = payer(access, "{'name':'a','team':'web','budgets':[{'usd':'0.50','window':'day'}]}");
            access.desk().putBudget("team:web", Desk.json("{'usd':'0.60','window':'total'}"));
            CountDownLatch allReserved = new CountDownLatch(calls);
            List<Future<Boolean>> answers = new ArrayList<>();
            for (int i = 0; i < calls; i++) {
                answers.add(threads.submit(() -> {
                    var reserving = access.gate().reserve(Desk.ask(payer, Desk.MODEL, 1000L));
                    allReserved.countDown();
                    // All of what was set aside is spent.
                    if (reserving instanceof Reservation held) {
                        held.settle(Usage.of(0, 1000, false), OptionalLong.of(CENT));
                        return true;
                    }
                    return false;
                }));
            }
            int served = 0;
            for (Future<Boolean> answer : answers) {
                served += answer.get() ? 1 : 0;
            }
            assertTrue(served >= 45 && served <= 50, "served " + served);
            for (ObjectNode budget : access.desk().budgets()) {
                assertEquals(served, Math.round(budget.path("spent_usd").asDouble() * 100));
                assertEquals("0", budget.path("reserved_usd").asText());
            }
            assertEquals(0, access.overspent());
        }
    }

    @Test
    void spentBudget_refusesInWordsAndSaysWhenItResets() {
        try (Access access = Desk.open(folder, time)) {
            Payer payer =
                    payer(access, "{'name':'a','budgets':[{'usd':'0.01','window':'day','zone':'Europe/Berlin'}]}");
            settle(access, payer, CENT);

            Refused refused = assertInstanceOf(Refused.class, access.gate().reserve(Desk.ask(payer, Desk.MODEL, 10L)));

            assertEquals(429, refused.status());
            assertEquals("budget_exceeded", refused.code());
            assertTrue(refused.message().contains("key:" + payer.key()), refused.message());
            assertTrue(refused.message().contains("2026-12-01T23:00:00Z"), refused.message());
            assertEquals(11 * 3600L, refused.retryAfterSeconds());
            assertEquals(false, refused.shouldRetry());
            time.pass(Duration.ofHours(11));
            assertInstanceOf(Reservation.class, access.gate().reserve(Desk.ask(payer, Desk.MODEL, 10L)));
        }
    }

    @Test
    void clockSetBack_findsWhatWasSpentThen() {
        try (Access access = Desk.open(folder, time)) {
            Payer payer = payer(access, "{'name':'a','budgets':[{'usd':'0.01','window':'day'}]}");
            settle(access, payer, CENT);
            time.set("2026-12-02T00:00:00Z");
            assertInstanceOf(Reservation.class, access.gate().reserve(Desk.ask(payer, Desk.MODEL, 10L)));
            time.set("2026-12-01T11:00:00Z");

            assertInstanceOf(Refused.class, access.gate().reserve(Desk.ask(payer, Desk.MODEL, 10L)));
        }
    }

    @Test
    void callThatEndsInTheNextPeriod_countsForTheOneItBeganIn() {
        try (Access access = Desk.open(folder, time)) {
            Payer payer = payer(access, "{'name':'a','budgets':[{'usd':'1','window':'day'}]}");
            Reservation held = reserve(access, payer, 10L);
            time.pass(Duration.ofDays(1));
            held.settle(Usage.of(1, 1, false), OptionalLong.of(CENT));

            assertEquals(
                    "0", access.desk().budgets().getFirst().path("spent_usd").asText());
            time.set("2026-12-01T12:00:00Z");
            assertEquals(
                    "0.01", access.desk().budgets().getFirst().path("spent_usd").asText());
        }
    }

    @Test
    void restart_keepsWhatIsSettledAndFreesTheRest() {
        try (Access access = Desk.open(folder, time)) {
            Payer payer = payer(access, "{'name':'a','budgets':[{'usd':'1','window':'day'}]}");
            settle(access, payer, CENT);
            settle(access, payer, 2 * CENT);
            // As a process that is killed leaves it: nothing is closed.
            reserve(access, payer, 10_000L);
            try (Access again = Desk.open(folder, time)) {
                JsonNode budget = again.desk().budgets().getFirst();
                assertEquals("0.03", budget.path("spent_usd").asText());
                assertEquals("0", budget.path("reserved_usd").asText());
            }
        }
    }

    @Test
    void amountThatIsChanged_countsOnAndABudgetThatComesAgainDoesNot() {
        try (Access access = Desk.open(folder, time)) {
            access.desk().putBudget("global", Desk.json("{'usd':'1','window':'day'}"));
            settle(access, Payer.NOBODY, CENT);
            access.desk().putBudget("global", Desk.json("{'usd':'2','window':'day'}"));
            assertEquals(
                    "0.01", access.desk().budgets().getFirst().path("spent_usd").asText());
            assertTrue(access.desk().removeBudgets("global", null));
            access.desk().putBudget("global", Desk.json("{'usd':'2','window':'day'}"));
            assertEquals(
                    "0", access.desk().budgets().getFirst().path("spent_usd").asText());
        }
        try (Access access = Desk.open(folder, time)) {
            assertEquals(
                    "0", access.desk().budgets().getFirst().path("spent_usd").asText());
        }
    }

    @Test
    void severalWindows_standSideBySide() {
        try (Access access = Desk.open(folder, time)) {
            access.desk().putBudget("team:web", Desk.json("{'usd':'1','window':'day'}"));
            access.desk().putBudget("team:web", Desk.json("{'usd':'9','window':'month'}"));
            assertEquals(2, access.desk().budgets().size());
            access.desk().removeBudgets("team:web", "day");
            assertEquals(
                    "month", access.desk().budgets().getFirst().path("window").asText());
            access.desk()
                    .putBudget(
                            "team:web",
                            Desk.json("{'budgets':[{'usd':'1','window':'week'},{'usd':'5','window':'total'}]}"));
            assertEquals(2, access.desk().budgets().size());
        }
    }

    @Test
    void marks_areToldOnceEach() {
        try (Access access = Desk.open(folder, time)) {
            List<Integer> told = new ArrayList<>();
            access.onMark(mark -> told.add(mark.percent()));
            access.desk().putBudget("global", Desk.json("{'usd':'0.10','window':'day','soft_percent':[50,80,100]}"));
            for (int i = 0; i < 10; i++) {
                settle(access, Payer.NOBODY, CENT);
            }
            assertEquals(List.of(50, 80, 100), told);
        }
    }

    @Test
    void budgetThatYields_hasAnotherModelAnswer() {
        try (Access access = Desk.open(folder, time)) {
            Payer payer = payer(
                    access, "{'name':'a','budgets':[{'usd':'0.01','window':'day','on_exceed':'model:gpt-cheap'}]}");
            var first = assertInstanceOf(Gate.Admitted.class, access.gate().admit(Desk.ask(payer, Desk.MODEL, 10L)));
            assertEquals(null, first.model());
            settle(access, payer, CENT);

            var second = assertInstanceOf(Gate.Admitted.class, access.gate().admit(Desk.ask(payer, Desk.MODEL, 10L)));

            assertEquals("gpt-cheap", second.model());
            assertInstanceOf(Reservation.class, access.gate().reserve(Desk.ask(payer, "gpt-cheap", 10L)));
        }
    }

    @Test
    void forecast_goesOnAsItWent() {
        time.set("2026-12-01T06:00:00Z");
        try (Access access = Desk.open(folder, time)) {
            access.desk().putBudget("global", Desk.json("{'usd':'1','window':'day'}"));
            settle(access, Payer.NOBODY, CENT);
            assertEquals(
                    "0.04",
                    access.desk().budgets().getFirst().path("forecast_usd").asText());
        }
    }

    @Test
    void moreThanWasReserved_isCountedAndReported() {
        try (Access access = Desk.open(folder, time)) {
            access.desk().putBudget("global", Desk.json("{'usd':'1','window':'day'}"));
            reserve(access, Payer.NOBODY, 1L).settle(Usage.of(1, 100_000, false), OptionalLong.of(2 * 100 * CENT));

            assertTrue(access.overspent() > 199 * CENT);
            JsonNode budget = access.desk().budgets().getFirst();
            assertEquals("2", budget.path("spent_usd").asText());
            assertEquals("0", budget.path("remaining_usd").asText());
        }
    }

    @Test
    void linesOfWhatWasSpent_areWrittenAnewWhenTheyAreMany() throws IOException {
        List<String> tags =
                IntStream.range(0, 60).mapToObj(i -> "t".repeat(120) + i).toList();
        try (Access access = Desk.open(folder, time)) {
            tags.forEach(tag -> access.desk().putBudget("tag:" + tag, Desk.json("{'usd':'9','window':'total'}")));
            for (int i = 0; i < 2500; i++) {
                settle(access, new Payer(null, null, null, tags), 1);
            }
            assertTrue(Files.size(folder.resolve("spent.jsonl")) < 16 << 20);
        }
        try (Access access = Desk.open(folder, time)) {
            assertEquals(
                    "0.0000000025",
                    access.desk().budgets().getFirst().path("spent_usd").asText());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "all", "team:", "key:", "planet:earth", "team:a\nb", "key:nobody", "TEAM:web"})
    void scopeThatIsNone_isTold(String scope) {
        try (Access access = Desk.open(folder, time)) {
            assertThrows(InvalidFieldsException.class, () -> access.desk()
                    .putBudget(scope, Desk.json("{'usd':'1','window':'day'}")));
            assertEquals(List.of(), access.desk().budgets());
        }
    }

    private static Payer payer(Access access, String key) {
        return Desk.payer(access, access.desk().create(Desk.json(key)));
    }

    private static Reservation reserve(Access access, Payer payer, long maxTokens) {
        return assertInstanceOf(Reservation.class, access.gate().reserve(Desk.ask(payer, Desk.MODEL, maxTokens)));
    }

    private static void settle(Access access, Payer payer, long cost) {
        reserve(access, payer, 1L).settle(Usage.of(1, 1, false), OptionalLong.of(cost));
    }
}
