package io.reprise.server.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.reprise.server.ledger.PriceBook;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class CallLogTest {
    private final CallLog log = new CallLog(PriceBook.bundled(List.of()));
    private final Lines lines = new Lines(CallLog.class);

    @AfterEach
    void stopListening() {
        lines.close();
    }

    @Test
    void miss_isALineForAReader() {
        log.finished(FinishedCalls.miss("gpt-4o", "req-1"));
        assertEquals(
                List.of("INFO call request=req-1 endpoint=/v1/chat/completions status=200 outcome=miss reason=floor"
                        + " ms=812.3 first_byte_ms=811.0 model=gpt-4o served_model=gpt-4o upstream=openai key=key-7"
                        + " input_tokens=12 output_tokens=85 cost_usd=0.00088"),
                lines.messages());
    }

    @Test
    void hit_hasNoReasonAndSaysWhatItSaves() {
        log.finished(FinishedCalls.hit("gpt-4o"));
        Map<String, Object> facts = lines.facts();
        assertEquals("semantic", facts.get("reprise.outcome"));
        assertEquals("0.00088", facts.get("reprise.saved_usd"));
        assertEquals("0", facts.get("reprise.cost_usd"));
        assertFalse(facts.containsKey("reprise.reason"));
        assertFalse(facts.containsKey("gen_ai.usage.input_tokens"));
    }

    @Test
    void fields_haveTheNamesOfTheSchema() {
        log.finished(FinishedCalls.miss("gpt-4o", "req-1"));
        Map<String, Object> facts = lines.facts();
        assertEquals("req-1", facts.get("http.request.id"));
        assertEquals(200, facts.get("http.response.status_code"));
        assertEquals("success", facts.get("event.outcome"));
        assertEquals(812_300_000L, facts.get("event.duration"));
        assertEquals(12L, facts.get("gen_ai.usage.input_tokens"));
    }

    @Test
    void unknownPrice_isNoCost() {
        log.finished(FinishedCalls.miss("a-model-of-ours", "req-1"));
        assertFalse(lines.facts().containsKey("reprise.cost_usd"));
    }

    @Test
    void textsAndPrincipals_areInNoLine() {
        log.finished(FinishedCalls.miss("gpt-4o", "req-1"));
        String all = lines.messages() + lines.facts().toString();
        for (String hidden : List.of("marmalade", "answer", "s3cret", "ann")) {
            assertFalse(all.contains(hidden), hidden);
        }
    }

    @Test
    void namesOfCallers_forgeNoFactAndNoLine() {
        log.finished(FinishedCalls.miss("m status=500\nWARN forged\u001b[2J" + "x".repeat(500), "req-1"));
        String line = lines.messages().getFirst();
        assertTrue(line.contains(" model=m?status?500?WARN?forged?[2Jxxx"), line);
        assertTrue(line.length() < 700, line);
    }

    @Test
    void nothing_whereInfoIsNotLogged() {
        ((Logger) LoggerFactory.getLogger(CallLog.class)).setLevel(Level.WARN);
        log.finished(FinishedCalls.miss("gpt-4o", "req-1"));
        assertEquals(List.of(), lines.messages());
    }
}
