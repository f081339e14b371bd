package io.reprise.server.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.Wire;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.Upstreams;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLinesTest {
    private final LogLines lines = new LogLines(CachingRules.NONE, upstreams(), "gpt-4o");

    @Test
    void promptAndOneUserMessage_areOneQuery() {
        assertEquals(
                asked("{\"prompt\": \"Hi there\"}").query(),
                asked("{\"messages\": [{\"role\": \"user\", \"content\": \"Hi there\"}]}")
                        .query());
    }

    @Test
    void modelOfTheLine_goesBeforeTheDefault() {
        assertEquals("gpt-4o", asked("{\"prompt\": \"Hi\"}").query().model());
        assertEquals(
                "o3", asked("{\"prompt\": \"Hi\", \"model\": \"o3\"}").query().model());
        assertEquals(
                "o3",
                asked("{\"request\": {\"model\": \"o3\", \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}}")
                        .query()
                        .model());
    }

    @Test
    void requestInAnthropicsForm_isRead() {
        LogLine.Asked asked =
                asked("{\"request\": {\"model\": \"claude-sonnet-4-5\", \"max_tokens\": 9, \"system\": \"S\","
                        + " \"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}}");
        assertEquals(Wire.ANTHROPIC_MESSAGES, asked.call().wire());
    }

    @Test
    void namespaces_areScopes() {
        assertNotEquals(
                asked("{\"prompt\": \"Hi\", \"namespace\": \"a\"}").query().scope(),
                asked("{\"prompt\": \"Hi\", \"namespace\": \"b\"}").query().scope());
    }

    @Test
    void nullsAndOtherFields_sayNothing() {
        LogLine.Asked asked = asked(
                "{\"prompt\": \"Hi\", \"messages\": null, \"completion\": null, \"usage\": null, \"time\": 7, \"id\": {}}");
        assertNull(asked.answer());
        assertTrue(asked.kept());
    }

    @Test
    void usageOfTheLine_goesBeforeTheAnswers() {
        LogLine.Asked asked = asked("{\"prompt\": \"Hi\", \"completion\": " + chat("stop")
                + ", \"usage\": {\"input_tokens\": 5, \"output_tokens\": 6}}");
        assertEquals(Usage.of(5, 6, false), asked.usage());
    }

    @Test
    void usageOfTheAnswer_counts() {
        assertEquals(
                Usage.of(3, 4, false),
                asked("{\"prompt\": \"Hi\", \"completion\": " + chat("stop") + "}")
                        .usage());
    }

    @Test
    void truncatedAnswer_isNotKept() {
        LogLine.Asked asked = asked("{\"prompt\": \"Hi\", \"completion\": " + chat("length") + "}");
        assertFalse(asked.kept());
        assertNotNull(asked.usage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{ | JSON",
                "[] | object",
                "{} | exactly one of prompt, messages and request",
                "{\"prompt\": 7} | prompt must be a string",
                "{\"prompt\": \" \"} | prompt must not be empty",
                "{\"prompt\": \"a\", \"messages\": []} | exactly one of prompt, messages and request",
                "{\"messages\": []} | messages",
                "{\"prompt\": \"a\", \"usage\": 3} | usage must be",
                "{\"prompt\": \"a\", \"namespace\": \"/\"} | namespace must be",
                "{\"prompt\": \"a\", \"completion\": 3} | completion",
                "{\"prompt\": \"a\\ud800\"} | Unicode"
            })
    void brokenLine_saysWhatIsWrong(String line, String what) {
        LogLine.Broken broken = assertInstanceOf(LogLine.Broken.class, read(line));
        assertTrue(broken.what().contains(what), broken.what());
    }

    private LogLine.Asked asked(String line) {
        return assertInstanceOf(LogLine.Asked.class, read(line));
    }

    private LogLine read(String line) {
        return lines.read(line.getBytes(StandardCharsets.UTF_8));
    }

    private static String chat(String finish) {
        return "{\"id\": \"c\", \"object\": \"chat.completion\", \"created\": 1, \"model\": \"gpt-4o\", \"choices\": [{\"index\": 0,"
                + " \"message\": {\"role\": \"assistant\", \"content\": \"Hello\"}, \"finish_reason\": \"" + finish
                + "\"}],"
                + " \"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 4, \"total_tokens\": 7}}";
    }

    private static Upstreams upstreams() {
        URI nowhere = URI.create("http://127.0.0.1:1");
        return new Upstreams(
                Provider.openAi(nowhere, null, Map.of()), Provider.anthropic(nowhere, null, Map.of()), List.of());
    }
}
