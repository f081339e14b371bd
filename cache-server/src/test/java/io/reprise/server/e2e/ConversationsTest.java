package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A conversation in other words goes on being answered from the cache, and no other conversation is answered for it. */
class ConversationsTest {
    // Which turns are served by meaning is not this class's concern, but what follows from it.
    private static final String COSINE = "decision.policy=cosine";
    private static final String CUTOFF = "decision.cutoff=0.9";

    private static final TestClock CLOCK = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(CLOCK, COSINE, CUTOFF);

    @RegisterExtension
    static final Stage shortChains = Stage.with(COSINE, CUTOFF, "conversations.max_chain=1");

    @RegisterExtension
    static final Stage demanding = Stage.with(COSINE, CUTOFF, "conversations.min_confidence=0.8");

    private static final List<String> HERS = List.of(
            "How do I reset my password?", "How long is the reset link valid?", "Can I change the email address?");
    private static final List<String> HIS = List.of(
            "How can I reset my password?", "How long is the reset link valid for?", "Can I change my email address?");

    @Test
    void conversationInOtherWords_isAnsweredFromTheCacheThreeTurnsDeep() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);

        Conversation his = new Conversation(stage);
        HIS.forEach(his::ask);

        assertEquals(List.of("miss", "miss", "miss"), hers.outcomes);
        assertEquals(List.of("semantic", "semantic", "semantic"), his.outcomes);
        assertEquals(hers.replies, his.replies);
    }

    @Test
    void streamedConversationInOtherWords_isAnsweredFromTheCache() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);

        Conversation his = new Conversation(stage);
        his.body.put("stream", true);
        his.ask(HIS.get(0));
        his.heard(hers.replies.get(0));
        his.ask(HIS.get(1));

        assertEquals(List.of("semantic", "semantic"), his.outcomes);
    }

    @Test
    void conversationOverTheLookupApi_goesOnToo() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);

        ObjectNode body = Chats.object().put("model", Chats.MODEL);
        ArrayNode messages = body.putArray("messages");
        messages.addObject().put("role", "user").put("content", HIS.get(0));
        stage.caller().post("/v1/cache/lookup", body);
        messages.addObject().put("role", "assistant").put("content", hers.replies.get(0));
        messages.addObject().put("role", "user").put("content", HIS.get(1));
        JsonNode second = stage.caller().post("/v1/cache/lookup", body).json();

        assertEquals("semantic", second.path("kind").asText(), second::toString);
    }

    @Test
    void sameWordsUnderAnotherHistory_areAJudgementAsSureAsTheHitsBefore() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);

        Conversation his = new Conversation(stage);
        his.ask(HIS.get(0));
        double first = his.confidence;
        his.ask(HERS.get(1));

        assertEquals("semantic", his.outcomes.getLast());
        assertEquals(first, his.confidence, 1e-4);
        assertTrue(first < 1, () -> "confidence " + first);
    }

    @Test
    void confidence_isTheProductAlongTheChain() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);

        Conversation his = new Conversation(stage);
        his.ask(HIS.get(0));
        double first = his.confidence;
        his.ask(HIS.get(1));
        double second = his.confidence;
        his.ask(HIS.get(2));

        assertTrue(
                second < first * 0.95 && his.confidence < second * 0.95, first + ", " + second + ", " + his.confidence);
    }

    @Test
    void chainThatIsNotSureEnough_isNotGoneOnWith() {
        Conversation hers = new Conversation(demanding);
        HERS.forEach(hers::ask);

        Conversation his = new Conversation(demanding);
        HIS.forEach(his::ask);

        assertEquals(List.of("semantic", "miss", "miss"), his.outcomes);
    }

    @Test
    void chainThatIsTooLong_isNotGoneOnWith() {
        Conversation hers = new Conversation(shortChains);
        HERS.forEach(hers::ask);

        Conversation his = new Conversation(shortChains);
        HIS.forEach(his::ask);

        assertEquals(List.of("semantic", "semantic", "miss"), his.outcomes);
    }

    @Test
    void sameFollowUpInAnotherConversation_isNotAnswered() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);

        Conversation other = new Conversation(stage);
        other.ask("How do I bake bread at home?");
        other.ask(HERS.get(1));

        assertEquals(List.of("miss", "miss"), other.outcomes);
    }

    @Test
    void sameFollowUpByItself_isNotAnswered() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);

        Conversation bare = new Conversation(stage);
        bare.ask(HERS.get(1));

        assertEquals(List.of("miss"), bare.outcomes);
    }

    @Test
    void sameWordsAfterAnotherAnswer_areNotAnswered() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);

        Conversation his = new Conversation(stage);
        his.ask(HIS.get(0));
        his.heard("Something else altogether.");
        his.ask(HIS.get(1));

        assertEquals(List.of("semantic", "miss"), his.outcomes);
    }

    @Test
    void otherSystemPrompt_isAnotherConversation() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);

        Conversation his = new Conversation(stage);
        his.messages.addObject().put("role", "system").put("content", "Answer like a pirate.");
        HIS.forEach(his::ask);

        assertEquals(List.of("miss", "miss", "miss"), his.outcomes);
    }

    @Test
    void missOnTheWay_isStoredUnderWhatWasReallySaid() {
        Conversation hers = new Conversation(stage);
        hers.ask(HERS.get(0));
        Conversation his = new Conversation(stage);
        his.ask(HIS.get(0));
        his.ask(HIS.get(1));

        hers.ask(HERS.get(1));
        Conversation again = new Conversation(stage);
        again.ask(HIS.get(0));
        again.ask(HIS.get(1));

        assertEquals(List.of("semantic", "miss"), his.outcomes);
        assertEquals("miss", hers.outcomes.getLast());
        assertEquals("exact", again.outcomes.getLast());
    }

    @Test
    void deletedAnswer_takesTheConversationsBuiltOnItAlong() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);
        Conversation his = new Conversation(stage);
        his.ask(HIS.get(0));

        stage.caller().delete("/v1/cache/entries/" + his.entry);
        his.ask(HIS.get(1));

        assertEquals(List.of("semantic", "miss"), his.outcomes);
    }

    @Test
    void expiredAnswer_takesTheConversationsBuiltOnItAlong() {
        Conversation hers = new Conversation(stage);
        hers.body.putObject("cache").put("ttl", 60);
        hers.ask(HERS.get(0));
        hers.body.remove("cache");
        hers.ask(HERS.get(1));
        Conversation his = new Conversation(stage);
        his.ask(HIS.get(0));

        CLOCK.advance(Duration.ofSeconds(61));
        his.ask(HIS.get(1));

        assertEquals(List.of("semantic", "miss"), his.outcomes);
    }

    @Test
    void callerWhoWantsTheSameWordsOnly_getsNoneFromAnotherHistory() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);
        Conversation his = new Conversation(stage);
        his.ask(HIS.get(0));

        his.ask(HERS.get(1), "x-reprise-mode", "exact");

        assertEquals("miss", his.outcomes.getLast());
    }

    @Test
    void callerWhoTakesNoRisk_getsNoneFromAnotherHistory() {
        Conversation hers = new Conversation(stage);
        HERS.forEach(hers::ask);
        Conversation his = new Conversation(stage);
        his.ask(HIS.get(0));

        his.ask(HERS.get(1), "x-reprise-max-wrong-rate", "0.000001");

        assertEquals("miss", his.outcomes.getLast());
    }

    /** One side of a conversation, which hears the assistant's answers and says them again with each turn, as clients do. */
    private static final class Conversation {
        final ObjectNode body = Chats.object().put("model", Chats.MODEL);
        final ArrayNode messages = body.putArray("messages");
        final List<String> outcomes = new ArrayList<>();
        final List<String> replies = new ArrayList<>();
        private final Stage stage;
        private String entry = "";
        private double confidence;

        Conversation(Stage stage) {
            this.stage = stage;
        }

        void ask(String question, String... headers) {
            messages.addObject().put("role", "user").put("content", question);
            Answer answer = stage.caller().post(Chats.PATH, body, headers);
            outcomes.add(answer.header("x-reprise-outcome"));
            entry = answer.header("x-reprise-entry");
            confidence =
                    answer.has("x-reprise-confidence") ? Double.parseDouble(answer.header("x-reprise-confidence")) : 0;
            if (!body.path("stream").asBoolean()) {
                ObjectNode message = (ObjectNode) answer.json().at("/choices/0/message");
                replies.add(message.path("content").asText());
                messages.add(message);
            }
        }

        /** The assistant has said this instead. */
        void heard(String reply) {
            if (messages.get(messages.size() - 1).path("role").asText().equals("assistant")) {
                messages.remove(messages.size() - 1);
            }
            messages.addObject().put("role", "assistant").put("content", reply);
        }
    }
}
