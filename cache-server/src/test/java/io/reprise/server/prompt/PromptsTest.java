package io.reprise.server.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.AnthropicMessages;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.OpenAiChat;
import io.reprise.server.protocol.Replay;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Turn;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptsTest {
    private static final CallerScope ANN = CallerScope.of("ann", "default", null);
    private static final OpenAiChat OPENAI = new OpenAiChat();
    private static final AnthropicMessages ANTHROPIC = new AnthropicMessages();

    @Test
    void query_namesWhatTheCacheNeeds() {
        CacheQuery query = chat("{'model':'m','messages':[{'role':'user','content':' hi '}]}");
        assertTrue(query.id().matches("[0-9a-f]{32}"), query.id());
        assertTrue(query.scope().matches("[0-9a-f]{64}"), query.scope());
        assertEquals("hi", query.text());
        assertEquals("ann", query.principal());
        assertEquals("default", query.namespace());
        assertEquals("m", query.model());
        assertNull(query.exactOnly());
    }

    /** Entries on disk are found by it: when this fails, the rules' name must change with them. */
    @Test
    void scopeAndId_areStable() {
        CacheQuery query = chat("{'model':'m','temperature':0.5,'messages':[{'role':'user','content':'hi'}]}");
        assertEquals("69e8fc9a1a45af5afd64d6975750c1a7e25f1df4bd458b3bdf16e3a8545569f4", query.scope());
        assertEquals("702f2059c4a82655617c560ee453e2c2", query.id());
    }

    @Test
    void historyAfterATurn_isItsKey() {
        CacheQuery first = chat("{'model':'m','messages':[{'role':'user','content':'hi'}]}");
        CacheQuery second = chat("{'model':'m','messages':[{'role':'user','content':'hi'},"
                + "{'role':'assistant','content':'ho'},{'role':'user','content':'and?'}]}");
        assertEquals(second.history(), Prompts.continued(first.id(), echo("ho")));
        assertNotEquals(second.history(), Prompts.continued(first.id(), echo("oh")));
    }

    @Test
    void questionUnderAnotherHistory_isTheOneAskedThere() {
        CacheQuery asked = chat("{'model':'m','messages':[{'role':'user','content':'hello'},"
                + "{'role':'assistant','content':'ho'},{'role':'user','content':'and?'}]}");
        CacheQuery there = chat("{'model':'m','messages':[{'role':'user','content':'hi'},"
                + "{'role':'assistant','content':'ho'},{'role':'user','content':'and?'}]}");
        assertNotEquals(there.scope(), asked.scope());
        assertEquals(there, asked.under(there.history()));
    }

    @Test
    void modelsOfOneName_shareWhoeverServesThem() {
        var rules = new CachingRules(Map.of("a", "house", "b", "house"), null, List.of(), false);
        var there = new CallerScope("ann", "default", null, "groq", new TreeMap<>());
        CacheQuery a = Prompts.query(new OpenAiChat(rules).ofPrompt("hi", "a"), ANN);
        CacheQuery b = Prompts.query(new OpenAiChat(rules).ofPrompt("hi", "b"), there);
        assertEquals(a.id(), b.id());
        assertEquals("b", b.model());
        assertNotEquals(
                Prompts.query(OPENAI.ofPrompt("hi", "a"), ANN).id(),
                Prompts.query(OPENAI.ofPrompt("hi", "a"), there).id());
    }

    @Test
    void otherText_isAnotherKeyInTheSameScope() {
        CacheQuery one = prompt("one");
        CacheQuery other = prompt("other");
        assertEquals(one.scope(), other.scope());
        assertNotEquals(one.id(), other.id());
    }

    @Test
    void prompt_isTheDropInCallOfTheSameModelAndNoOtherField() {
        assertEquals(
                Prompts.query(OPENAI.ofPrompt("hi", "m"), ANN),
                chat("{'model':'m','messages':[{'role':'user','content':'hi'}]}"));
        assertEquals(
                Prompts.query(OPENAI.ofPrompt("hi", null), ANN),
                chat("{'messages':[{'role':'user','content':[{'type':'text','text':'hi'}]}]}"));
    }

    @Test
    void textWithAsManyMarksAsNoWritingStacks_equalsItselfAlone() {
        String most = "a" + "\u0301\u0323".repeat(32);
        String tooMany = "a" + "\u0323\u0301".repeat(32) + "\u0301";

        assertNull(prompt(most).exactOnly());
        assertEquals("marks", prompt(tooMany).exactOnly());
        assertEquals(tooMany, prompt(tooMany).text());
        assertNotEquals(
                prompt(tooMany).id(),
                prompt(Normalizer.normalize(tooMany, Normalizer.Form.NFC)).id());
    }

    @Test
    void megabyteOfMarks_holdsNoThreadForLong() {
        String marks = "a" + "\u0301\u0323".repeat(250_000);

        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> prompt(marks));
    }

    @ParameterizedTest
    @CsvSource({"cafe\u0301, caf\u00e9", "' hi\n', hi", "'\t\u2003hi', 'hi\u2003'", "\u212b, \u00c5"})
    void textsThatDifferInNormalFormOrOuterSpace_haveOneKey(String one, String other) {
        assertEquals(prompt(one), prompt(other));
    }

    @ParameterizedTest
    @CsvSource({"a b, a  b", "Hi, hi", "ﬁ, fi", "a, a.", "²,2", "a, '\u200ba'"})
    void textsThatDifferOtherwise_haveTwoKeys(String one, String other) {
        assertNotEquals(prompt(one).id(), prompt(other).id());
    }

    @Test
    void textsOfSeveralParts_areComparedTogether() {
        CacheQuery query = chat("{'messages':[{'role':'user','content':[{'type':'text','text':' a '},"
                + "{'type':'text','text':' b '}]}]}");
        assertEquals("a \n b", query.text());
    }

    @Test
    void spaceBetweenParts_isAsTyped() {
        assertNotEquals(parts("a ", "b").id(), parts("a", "b").id());
        assertNotEquals(parts("a", " b").id(), parts("a", "b").id());
        assertEquals(parts(" a", "b ").id(), parts("a", "b").id());
    }

    @Test
    void textMovedOverTheBoundaryOfAPart_isAnotherKey() {
        assertNotEquals(parts("a\nb", "c").id(), parts("a", "b\nc").id());
        assertEquals(parts("a\nb", "c").text(), parts("a", "b\nc").text());
    }

    @Test
    void severalParts_areNotInTheScopeOfOne() {
        assertNotEquals(parts("a", "b").scope(), prompt("a\nb").scope());
    }

    @Test
    void stringAndOneTextPart_areOne() {
        assertEquals(
                chat("{'messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}"),
                chat("{'messages':[{'role':'system','content':[{'type':'text','text':'s'}]},"
                        + "{'role':'user','content':[{'type':'text','text':'hi'}]}]}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t", "\u2003"})
    void emptyText_isExactOnly(String text) {
        assertEquals("empty", prompt(text).exactOnly());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages':[{'role':'user','content':'hi'},{'role':'assistant','content':'ho'}]}",
                "{'messages':[{'role':'user','content':'hi'},{'role':'tool','tool_call_id':'c','content':'ho'}]}",
                "{'messages':[{'role':'user','content':[{'type':'image_url','image_url':{'url':'ho'}}]}]}"
            })
    void lastTurnWithoutAUsersText_isExactOnlyAndInTheScope(String body) {
        CacheQuery query = chat(body);
        assertEquals("last-turn", query.exactOnly());
        assertEquals("", query.text());
        assertNotEquals(query.scope(), chat(body.replace("ho", "he")).scope());
    }

    @Test
    void callers_haveScopesOfTheirOwn() {
        var scopes = new TreeMap<String, String>();
        for (CallerScope caller : new CallerScope[] {
            ANN,
            CallerScope.of("bob", "default", null),
            CallerScope.of("ann", "other", null),
            CallerScope.of("ann", "default", ""),
            CallerScope.of("ann", "default", "c"),
            CallerScope.of("anndefault", "", null),
            CallerScope.of("", "anndefault", null),
            withFeatures(Map.of("openai-beta", "assistants=v2")),
            withFeatures(Map.of("openai-beta", "")),
            withFeatures(Map.of("openai-organization", "assistants=v2")),
            withFeatures(Map.of("a", "b", "c", "d")),
            withFeatures(Map.of("a", "bcd")),
            withFeatures(Map.of("?", "api-version=1"))
        }) {
            String scope = Prompts.query(OPENAI.ofPrompt("hi", "m"), caller).scope();
            assertNull(scopes.put(scope, caller.toString()), caller.toString());
        }
    }

    @Test
    void wires_haveScopesOfTheirOwn() {
        String body = "{'model':'m','messages':[{'role':'user','content':'hi'}]}";
        assertNotEquals(
                chat(body).scope(),
                Prompts.query(ANTHROPIC.read(tree(body)), ANN).scope());
    }

    @Test
    void models_haveScopesOfTheirOwn() {
        assertNotEquals(promptTo("m").scope(), promptTo("n").scope());
        assertNotEquals(promptTo("").scope(), promptTo(null).scope());
        assertNotEquals(promptTo("null").scope(), promptTo(null).scope());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'messages':[{'role':'user','content':'\\ud800'}]}",
                "{'messages':[{'role':'system','content':'\\udfff?'},{'role':'user','content':'hi'}]}",
                "{'model':'\\ud800','messages':[{'role':'user','content':'hi'}]}",
                "{'x':{'\\ud800':1},'messages':[{'role':'user','content':'hi'}]}"
            })
    void textThatIsNoUnicode_isMalformed(String body) {
        assertThrows(MalformedRequestException.class, () -> chat(body));
    }

    private static List<Turn> echo(String words) {
        Completion answer = Completion.ofText(words, "m", null);
        return OPENAI.echoes(answer, new Replay("id", "m", Instant.EPOCH, false))
                .getFirst();
    }

    private static CacheQuery prompt(String text) {
        return Prompts.query(OPENAI.ofPrompt(text, "m"), ANN);
    }

    private static CacheQuery promptTo(@Nullable String model) {
        return Prompts.query(OPENAI.ofPrompt("hi", model), ANN);
    }

    private static CacheQuery parts(String one, String other) {
        var body = StrictJson.object();
        var content = body.putArray("messages").addObject().put("role", "user").putArray("content");
        content.addObject().put("type", "text").put("text", one);
        content.addObject().put("type", "text").put("text", other);
        return Prompts.query(OPENAI.read(body), ANN);
    }

    private static CallerScope withFeatures(Map<String, String> features) {
        return new CallerScope("ann", "default", null, null, new TreeMap<>(features));
    }

    private static CacheQuery chat(String body) {
        return Prompts.query(OPENAI.read(tree(body)), ANN);
    }

    private static ObjectNode tree(String body) {
        return StrictJson.parseObject(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}
