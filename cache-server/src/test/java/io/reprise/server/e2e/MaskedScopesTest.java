package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.testupstream.Reply;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is masked or ignored does not part calls, unless the answer or the question has to do with it. */
class MaskedScopesTest {
    @RegisterExtension
    static final Stage stage = Stage.with("scope.mask=date, uuid", "scope.ignore=seed");

    @RegisterExtension
    static final Stage plain = Stage.shared();

    private static final String MONDAY = "2026-01-05";
    private static final String TUESDAY = "2026-01-06";
    private static final String QUESTION = "How do I return a pair of shoes?";

    @BeforeEach
    void answer() {
        stage.upstream().answer(Reply.text("Send them back within fourteen days."));
    }

    private static ObjectNode chat(String day, String question) {
        ObjectNode chat = Chats.object().put("model", "gpt-4o");
        chat.putArray("messages")
                .addObject()
                .put("role", "system")
                .put("content", "You help the customers of a shoe shop. The date is " + day + ".");
        chat.withArray("messages").addObject().put("role", "user").put("content", question);
        return chat;
    }

    private static Answer ask(String day, String question) {
        return stage.caller().post(Chats.PATH, chat(day, question));
    }

    @Test
    void anotherDate_sharesTheAnswer() {
        assertEquals("miss", ask(MONDAY, QUESTION).header("x-reprise-outcome"));
        assertEquals("exact", ask(TUESDAY, QUESTION).header("x-reprise-outcome"));
        assertEquals(1, stage.upstreamCalls());
    }

    @Test
    void nothingSaid_partsThem() {
        plain.caller().post(Chats.PATH, chat(MONDAY, QUESTION));
        Answer other = plain.caller().post(Chats.PATH, chat(TUESDAY, QUESTION));
        assertEquals("miss", other.header("x-reprise-outcome"));
    }

    @Test
    void anotherInstruction_partsThem() {
        ask(MONDAY, QUESTION);
        ObjectNode other = chat(MONDAY, QUESTION);
        ((ObjectNode) other.path("messages").path(0)).put("content", "You help nobody. The date is " + MONDAY + ".");
        assertEquals("miss", stage.caller().post(Chats.PATH, other).header("x-reprise-outcome"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Until 2026-01-19.", "Before the end of 2026.", "Come back tomorrow."})
    void answerThatHasToDoWithTheDate_servesItsOwnAlone(String words) {
        stage.upstream().answer(Reply.text(words));
        String question = "Until when may I return shoes number " + words.length() + "?";
        ask(MONDAY, question);
        assertEquals("miss", ask(TUESDAY, question).header("x-reprise-outcome"));
        assertEquals("exact", ask(MONDAY, question).header("x-reprise-outcome"));
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void questionAboutTime_isAnsweredByItsOwnAlone() {
        String question = "What day is it today?";
        ask(MONDAY, question);
        assertEquals("miss", ask(TUESDAY, question).header("x-reprise-outcome"));
        assertEquals("exact", ask(MONDAY, question).header("x-reprise-outcome"));
    }

    @Test
    void datesInTheQuestion_partThem() {
        ask(MONDAY, "Which shoes were on sale on 2025-11-01 in the shop?");
        Answer other = ask(MONDAY, "Which shoes were on sale on 2025-12-01 in the shop?");
        assertFalse("exact".equals(other.header("x-reprise-outcome")));
        assertEquals("miss", other.header("x-reprise-outcome"));
    }

    @Test
    void freshAnswer_winsOverTheOlder() {
        stage.upstream().answer(Reply.text("Until 2026-01-19."));
        ask(MONDAY, QUESTION);
        stage.upstream().answer(Reply.text("Send them back."));
        stage.caller().post(Chats.PATH, chat(MONDAY, QUESTION), "cache-control", "no-cache");
        Answer found = ask(MONDAY, QUESTION);
        assertEquals("exact", found.header("x-reprise-outcome"));
        assertEquals(
                "Send them back.", found.json().at("/choices/0/message/content").asText());
    }

    @Test
    void ignoredField_doesNotPartThem() {
        stage.caller().post(Chats.PATH, chat(MONDAY, QUESTION).put("seed", 1));
        Answer other = stage.caller().post(Chats.PATH, chat(MONDAY, QUESTION).put("seed", 2));
        assertEquals("exact", other.header("x-reprise-outcome"));
        Answer longer = stage.caller().post(Chats.PATH, chat(MONDAY, QUESTION).put("max_tokens", 2));
        assertEquals("miss", longer.header("x-reprise-outcome"));
    }

    @Test
    void otherCallers_shareNothing() {
        ask(MONDAY, QUESTION);
        Answer other = stage.anonymous().with("authorization", "Bearer other").post(Chats.PATH, chat(MONDAY, QUESTION));
        assertEquals("miss", other.header("x-reprise-outcome"));
    }
}
