package io.reprise.server.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ScopeMaskTest {
    private static final String SYSTEM = "You help the customers of a shop. It is 2026-01-02.";

    private final ScopeMask mask = mask("[0-9]{4}-[0-9]{2}-[0-9]{2}");

    private static ScopeMask mask(String pattern) {
        return new ScopeMask(
                List.of(new ScopeMask.Kind("date", Pattern.compile(pattern))),
                List.of("seed"),
                text -> text.contains("today"));
    }

    private static Conversation chat(String system, String earlier, String last) {
        var body = StrictJson.object().put("seed", 7).put("max_tokens", 9);
        var messages = body.putArray("messages");
        messages.addObject().put("role", "system").put("content", system);
        messages.addObject().put("role", "user").put("content", earlier);
        messages.addObject().put("role", "assistant").put("content", "Yes.");
        messages.addObject().put("role", "user").put("content", last);
        Call call = new OpenAiChat().read(body);
        return call.asked();
    }

    private static Conversation of(ScopeMask mask, Conversation asked) {
        ScopeMask.Masked masked = mask.masked(asked);
        assertNotNull(masked);
        return masked.conversation();
    }

    @Test
    void systemPromptsThatDifferInTheSpanAlone_areEqual() {
        assertEquals(of(mask, chat(SYSTEM, "a", "b")), of(mask, chat(SYSTEM.replace("01-02", "03-04"), "a", "b")));
        assertFalse(of(mask, chat(SYSTEM, "a", "b")).equals(of(mask, chat(SYSTEM.replace("shop", "bank"), "a", "b"))));
    }

    @Test
    void earlierTurns_areMaskedToo() {
        assertEquals(
                of(mask, chat("s", "I came on 2026-01-02 to buy", "b")),
                of(mask, chat("s", "I came on 2026-03-04 to buy", "b")));
    }

    @Test
    void lastText_isNeverMasked() {
        assertNull(mask.masked(chat("s", "a", "What was on 2026-01-02 in the shop?")));
    }

    @Test
    void callWithoutSuchASpan_isAsItIs() {
        assertNull(mask.masked(chat("s", "a", "b")));
        assertNull(ScopeMask.NONE.masked(chat(SYSTEM, "a", "b")));
    }

    @Test
    void questionAboutTime_isComparedAsItIs() {
        assertNull(mask.masked(chat(SYSTEM, "a", "What day is today?")));
    }

    /** No text that a caller can write is taken for a masked span. */
    @Test
    void textThatNamesTheKind_isNotASpan() {
        Conversation masked = of(mask, chat(SYSTEM, "on 2026-01-02 we met", "b"));
        for (String forged : List.of("date", "[date]", "\u0000date", "[\"You\",\"date\",\".\"]")) {
            String system = SYSTEM.replace("2026-01-02", forged);
            assertFalse(chat(system, "on 2026-01-02 we met", "b").equals(masked));
            assertFalse(of(mask, chat(system, "on 2026-01-02 we met", "b")).equals(masked));
        }
    }

    @Test
    void maskThatWouldHideNearlyAllOfAText_hidesNothingOfIt() {
        ScopeMask greedy = mask("[A-Za-z. ]+");
        assertNull(greedy.masked(chat("You are a lawyer.", "a", "b")));
    }

    @Test
    void longSpans_areNotMasked() {
        assertNull(mask("id-[0-9]+")
                .masked(chat("A text of words. id-" + "7".repeat(200) + " and " + "x".repeat(900), "a", "b")));
    }

    @Test
    void moreSpansThanMayBe_leaveTheCallAsItIs() {
        assertNull(mask.masked(chat("and words 2026-01-02 ".repeat(300), "a", "b")));
    }

    /** Java's own expressions would take the age of the universe. */
    @Test
    void evilExpression_takesTimeLinearInTheText() {
        assertNull(mask("(?:q+)+z").masked(chat("q".repeat(200_000), "a", "b")));
    }

    @Test
    void answerThatHoldsTheValueOrAnotherOfItsKind_servesNobodyElse() {
        Set<String> values = Set.of("2026-01-02");
        assertFalse(mask.serves(Completion.ofText("It is 2026-01-02.", null, null), values));
        assertFalse(mask.serves(Completion.ofText("Until 2026-05-06.", null, null), values));
        assertFalse(mask.serves(Completion.ofText("In 2026 it is.", null, null), values));
        assertFalse(mask.serves(Completion.ofText("Not today.", null, null), values));
        assertFalse(mask.serves(Completion.ofText("x".repeat(20_000), null, null), values));
        assertTrue(mask.serves(Completion.ofText("Within 14 days.", null, null), values));
    }

    @Test
    void ignoredFields_areLeftOut() {
        Conversation left = mask.withoutIgnored(chat("s", "a", "b"));
        assertFalse(left.shape().has("seed"));
        assertEquals(9, left.shape().path("max_tokens").asInt());
        assertEquals(7, chat("s", "a", "b").shape().path("seed").asInt());
    }
}
