package io.reprise.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Gate.Admitted;
import io.reprise.server.access.Gate.Refused;
import io.reprise.server.access.Gate.Reservation;
import io.reprise.server.config.AccessConfig;
import io.reprise.server.config.AccessConfig.UnknownPrice;
import io.reprise.server.ledger.Payer;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Usage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessGateTest {
    @TempDir
    Path folder;

    private final TestTime time = new TestTime("2026-12-01T12:00:00Z");
    private Access access;

    @BeforeEach
    void open() {
        access = Desk.open(folder, time);
    }

    @AfterEach
    void close() {
        access.close();
    }

    @Test
    void withoutKeysBudgetsAndLimits_nothingIsChanged() {
        assertSame(Admitted.AS_IT_IS, access.gate().admit(Desk.ask(Payer.NOBODY, "unknown", null)));
        assertSame(Reservation.NONE, access.gate().reserve(Desk.ask(Payer.NOBODY, "unknown", null)));
    }

    @Test
    void modelsAndPathsOfAKey_areAllItMayAskFor() {
        Payer payer = payer("{'name':'a','models':['gpt-*'],'routes':['/v1/chat/*','/v1/models']}");

        admitted(Desk.ask(payer, Desk.MODEL, null));
        assertEquals(403, refused(Desk.ask(payer, "claude-x", null)).status());
        assertEquals(403, refused(Desk.ask(payer, Desk.CHAT, null, null, null)).status(), "a model that is not known");
        assertEquals(
                403,
                refused(Desk.ask(payer, "/v1/embeddings", Desk.MODEL, null, null))
                        .status());
        admitted(Desk.ask(payer, "/v1/models", null, null, null));
    }

    @Test
    void requestsInAMinute_areCountedAndToldInTheWiresHeaders() {
        Payer payer = payer("{'name':'a','rpm':2}");

        Map<String, String> headers =
                admitted(Desk.ask(payer, Desk.MODEL, null)).headers();
        assertEquals("2", headers.get("x-ratelimit-limit-requests"));
        assertEquals("1", headers.get("x-ratelimit-remaining-requests"));
        assertEquals("1m0s", headers.get("x-ratelimit-reset-requests"));
        time.pass(Duration.ofSeconds(20));
        headers = admitted(Desk.ask(payer, "/v1/messages", "claude-x", null, null))
                .headers();
        assertEquals("0", headers.get("anthropic-ratelimit-requests-remaining"));
        assertEquals("2026-12-01T12:01:20Z", headers.get("anthropic-ratelimit-requests-reset"));

        Refused refused = refused(Desk.ask(payer, Desk.MODEL, null));
        assertEquals(429, refused.status());
        assertEquals("rate_limit_exceeded", refused.code());
        assertEquals(40, refused.retryAfterSeconds());
        assertTrue(refused.shouldRetry());
        time.pass(Duration.ofSeconds(40));
        admitted(Desk.ask(payer, Desk.MODEL, null));
    }

    @Test
    void clockSetBack_changesNoLimit() {
        Payer payer = payer("{'name':'a','rpm':1}");
        admitted(Desk.ask(payer, Desk.MODEL, null));
        time.set("2026-11-01T00:00:00Z");

        refused(Desk.ask(payer, Desk.MODEL, null));
        time.pass(Duration.ofMinutes(1));
        admitted(Desk.ask(payer, Desk.MODEL, null));
    }

    @Test
    void callsAtOnce_makeRoomWhenTheyEnd() {
        access.desk().putLimits("team:web", Desk.json("{'max_parallel':1}"));
        Payer one = payer("{'name':'a','team':'web'}");
        Payer two = payer("{'name':'b','team':'web'}");

        Admitted first = admitted(Desk.ask(one, Desk.MODEL, null));
        assertTrue(refused(Desk.ask(two, Desk.MODEL, null)).message().contains("team:web"));
        first.ended().run();
        admitted(Desk.ask(two, Desk.MODEL, null));
    }

    @Test
    void tokensInAMinute_areSetAsideAndCorrected() {
        Payer payer = payer("{'name':'a','tpm':1000}");

        Reservation first = reserved(Desk.ask(payer, Desk.MODEL, 900L));
        assertEquals(429, refusedUpstream(Desk.ask(payer, Desk.MODEL, 900L)).status());
        first.settle(Usage.of(10, 20, false), OptionalLong.empty());
        Reservation second = reserved(Desk.ask(payer, Desk.MODEL, 900L));
        second.settle(Usage.of(10, 960, false), OptionalLong.empty());
        assertEquals(60, refusedUpstream(Desk.ask(payer, Desk.MODEL, 900L)).retryAfterSeconds());
        time.pass(Duration.ofMinutes(1));
        reserved(Desk.ask(payer, Desk.MODEL, 5000L));
    }

    @Test
    void limitOfAModel_holdsForAll() {
        access.desk().putLimits("model:gpt-*", Desk.json("{'rpm':1}"));
        admitted(Desk.ask(Payer.NOBODY, Desk.MODEL, null));

        assertTrue(refused(Desk.ask(payer("{'name':'a'}"), Desk.MODEL, null))
                .message()
                .contains("model:gpt-*"));
        admitted(Desk.ask(Payer.NOBODY, "claude-x", null));
    }

    @Test
    void limits_areKept() {
        access.desk().putLimits("model:gpt-*", Desk.json("{'rpm':1,'max_input_tokens':7}"));
        try (Access again = Desk.open(folder, time)) {
            assertEquals(
                    7, again.desk().limits().getFirst().path("max_input_tokens").asInt());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // asked, most, usual, budgeted -> allowed
        ", , , false, ",
        ", 50, , false, 50",
        ", 50, 20, false, 20",
        "40, 50, 20, false, 40",
        "60, 50, 20, false, 50",
        ", , , true, 1000",
        ", 50, , true, 50",
        "70, , , true, 70",
    })
    void lengthOfAnAnswer_isWithinTheCaps(Long asked, Long most, Long usual, boolean budgeted, Long allowed) {
        Payer payer = payer("{'name':'a','max_output_tokens':" + most + ",'default_output_tokens':" + usual
                + (budgeted ? ",'budgets':[{'usd':'1','window':'day'}]" : "") + "}");

        assertEquals(allowed, admitted(Desk.ask(payer, Desk.MODEL, asked)).maxOutputTokens());
    }

    @Test
    void inputThatIsTooLong_isRefusedUpstreamAlone() {
        Payer payer = payer("{'name':'a','max_input_tokens':3}");

        admitted(Desk.ask(payer, Desk.MODEL, null));
        assertTrue(refusedUpstream(Desk.ask(payer, Desk.MODEL, null)).message().contains("max_input_tokens is 3"));
    }

    @Test
    void callThatMayCostTooMuch_isRefusedCutDownOrMadeOfAnotherModel() {
        Payer rejecting = payer("{'name':'a','cost_threshold_usd':'0.005'}");
        Payer clamping = payer("{'name':'b','cost_threshold_usd':'0.005','on_threshold':'clamp'}");
        Payer switching = payer("{'name':'c','cost_threshold_usd':'0.005','on_threshold':'model:gpt-cheap'}");

        assertEquals(
                "budget_exceeded",
                refused(Desk.ask(rejecting, Desk.MODEL, 1000L)).code());
        admitted(Desk.ask(rejecting, Desk.MODEL, 490L));
        // 500 tokens of answer are half a cent; what is sent costs a little too, and the rest is rounded down.
        assertEquals(448, admitted(Desk.ask(clamping, Desk.MODEL, 1000L)).maxOutputTokens());
        Admitted cheap = admitted(Desk.ask(switching, Desk.MODEL, 1000L));
        assertEquals("gpt-cheap", cheap.model());
    }

    @Test
    void priceThatIsNotKnown_isRefusedAllowedOrAssumed() {
        Payer payer = payer("{'name':'a','budgets':[{'usd':'1','window':'day'}]}");
        assertEquals(
                "budget_exceeded",
                refusedUpstream(Desk.ask(payer, "mystery", 10L)).code());
        access.close();

        access = Desk.open(folder, time, new UnknownPrice.Allow());
        reserved(Desk.ask(payer, "mystery", 10L)).settle(Usage.of(9, 9, false), OptionalLong.empty());
        assertEquals("0", spent());
        access.close();

        // Two dollars for a million tokens.
        access = Desk.open(folder, time, new UnknownPrice.Assume(2_000_000));
        reserved(Desk.ask(payer, "mystery", 10L)).settle(Usage.of(60, 40, false), OptionalLong.empty());
        assertEquals("0.0002", spent());
    }

    @Test
    void bodyThatIsNotRead_isRefusedWhereABudgetMustHoldUnlessItIsFree() {
        Payer payer = payer("{'name':'a','budgets':[{'usd':'1','window':'day'}]}");

        assertEquals(
                429,
                refusedUpstream(Desk.ask(payer, "/v1/images", null, null, null)).status());
        reserved(Desk.ask(payer, "/v1/models", null, null, null));
    }

    @Test
    void embeddings_costWhatIsSent() {
        Payer payer = payer("{'name':'a','budgets':[{'usd':'1','window':'day'}]}");
        ObjectNode body = Desk.json("{'model':'gpt-test','input':['a','b']}");
        var ask = Desk.ask(payer, "/v1/embeddings", Desk.MODEL, null, body);

        assertNull(admitted(ask).maxOutputTokens());
        reserved(ask).settle(Usage.of(2, 0, false), OptionalLong.of(2_000_000));
        assertEquals("0.000002", spent());
    }

    @Test
    void severalChoices_areAllReserved() {
        Payer payer = payer("{'name':'a','budgets':[{'usd':'0.03','window':'day'}]}");
        ObjectNode body = Desk.json("{'model':'gpt-test','n':4,'max_tokens':1000,'messages':[]}");

        assertEquals(
                429,
                refusedUpstream(Desk.ask(payer, Desk.CHAT, Desk.MODEL, 1000L, body))
                        .status());
    }

    @Test
    void markForTheCache_isReservedAtItsPrice() {
        assertEquals(
                3_750_000 * 10L,
                new Outlay(PriceBook.bundled(List.of()))
                        .dearest(
                                "claude-sonnet-4-5",
                                Desk.json("{'system':[{'text':'x','cache_control':{'type':'ephemeral'}}]}"),
                                10,
                                0,
                                time.instant())
                        .orElseThrow());
    }

    @Test
    void spentBudget_refusesBeforeTheLookupWhereTheOperatorSaysSo() {
        Payer payer = payer("{'name':'a','budgets':[{'usd':'0.01','window':'day'}]}");
        reserved(Desk.ask(payer, Desk.MODEL, 10L)).settle(Usage.of(0, 1000, false), OptionalLong.of(10_000_000_000L));
        admitted(Desk.ask(payer, Desk.MODEL, 10L));
        access.close();

        access = Desk.open(
                folder, time, new AccessConfig(false, false, 1000, false, new UnknownPrice.Refuse(), List.of()));
        assertEquals(
                "budget_exceeded", refused(Desk.ask(payer, Desk.MODEL, 10L)).code());
        time.pass(Duration.ofDays(1));
        admitted(Desk.ask(payer, Desk.MODEL, 10L));
    }

    @Test
    void answerThatComesLater_countsAsReserved() {
        Payer payer = payer("{'name':'a','budgets':[{'usd':'1','window':'day'}]}");
        ObjectNode body = Desk.json("{'model':'gpt-test','background':true,'max_output_tokens':1000,'input':'x'}");

        reserved(Desk.ask(payer, "/v1/responses", Desk.MODEL, 1000L, body))
                .settle(Usage.of(1, 1, true), OptionalLong.of(11_000_000));
        assertTrue(spent().startsWith("0.0100"), spent());
    }

    @Test
    void callThatIsNotRead_isAdmittedWithTheBoundThatItNeeds() {
        Payer capped = payer("{'name':'a','max_output_tokens':50}");
        Payer dear = payer("{'name':'b','cost_threshold_usd':'1'}");

        assertEquals(50, admitted(Desk.ask(capped, Desk.CHAT, null, null, null)).maxOutputTokens());
        assertNull(admitted(Desk.ask(capped, "/v1/files", null, null, null)).maxOutputTokens());
        assertEquals(429, refused(Desk.ask(dear, Desk.CHAT, null, null, null)).status());
    }

    @Test
    void failedCall_costsNothing() {
        Payer payer = payer("{'name':'a','tpm':1000,'budgets':[{'usd':'1','window':'day'}]}");
        reserved(Desk.ask(payer, Desk.MODEL, 900L)).settle(null, OptionalLong.of(0));

        assertEquals("0", spent());
        reserved(Desk.ask(payer, Desk.MODEL, 900L));
    }

    private String spent() {
        return access.desk().budgets().getFirst().path("spent_usd").asText();
    }

    private Payer payer(String key) {
        return Desk.payer(access, access.desk().create(Desk.json(key)));
    }

    private Admitted admitted(Gate.Ask ask) {
        return assertInstanceOf(Admitted.class, access.gate().admit(ask));
    }

    private Refused refused(Gate.Ask ask) {
        return assertInstanceOf(Refused.class, access.gate().admit(ask));
    }

    private Reservation reserved(Gate.Ask ask) {
        return assertInstanceOf(Reservation.class, access.gate().reserve(ask));
    }

    private Refused refusedUpstream(Gate.Ask ask) {
        return assertInstanceOf(Refused.class, access.gate().reserve(ask));
    }
}
