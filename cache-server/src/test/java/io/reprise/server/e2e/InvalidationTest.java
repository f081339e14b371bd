package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code DELETE /v1/cache/entries} by age and by prompt, and its dry run. */
class InvalidationTest {
    private static final TestClock clock = new TestClock(Instant.parse("2026-01-31T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(clock);

    private static final String ENTRIES = "/v1/cache/entries";

    @AfterEach
    void empty() {
        stage.caller().delete(ENTRIES + "?all=true");
    }

    @Test
    void olderThan_takesWhatWasCreatedBefore() {
        store("old", "n1");
        clock.advance(Duration.ofHours(2));
        store("new", "n1");

        assertEquals(0, deleted("?older_than=3h"));
        assertEquals(0, deleted("?older_than=1h&namespace=n2"));
        assertEquals(1, deleted("?older_than=90m&namespace=n1"));
        assertEquals(List.of("new"), prompts());
    }

    @Test
    void prompt_takesTheSameTextAndWhatIsNearInEveryScope() {
        store(Chats.QUESTION, "n1");
        store(Chats.PARAPHRASE, "n2");
        store(Chats.OTHER_QUESTION, "n1");

        assertEquals(2, deleted("?prompt=" + encoded("  " + Chats.QUESTION + " ")));
        assertEquals(List.of(Chats.OTHER_QUESTION), prompts());
    }

    @Test
    void promptWithACosineOfOne_takesTheSameTextAlone() {
        store(Chats.QUESTION, "n1");
        store(Chats.PARAPHRASE, "n1");

        assertEquals(1, deleted("?min_cosine=1&prompt=" + encoded(Chats.QUESTION)));
    }

    @Test
    void promptThatCannotBeEmbedded_takesTheSameText() {
        String text = "x".repeat(20_000);
        store(text, "n1");
        store(text + "y", "n1");

        assertEquals(1, deleted("?prompt=" + text));
    }

    @Test
    void filters_combineByAnd() {
        store(Chats.QUESTION, "n1");
        store(Chats.PARAPHRASE, "n2");

        assertEquals(1, deleted("?namespace=n2&prompt=" + encoded(Chats.QUESTION)));
        assertEquals(List.of(Chats.QUESTION), prompts());
    }

    @Test
    void dryRun_deletesNothingAndTellsWhatItWould() {
        store(Chats.QUESTION, "n1");
        store(Chats.PARAPHRASE, "n1");
        store(Chats.OTHER_QUESTION, "n1");

        JsonNode near = stage.caller()
                .delete(ENTRIES + "?dry_run=true&prompt=" + encoded(Chats.QUESTION))
                .json();
        assertEquals(0, near.path("deleted").asInt(-1));
        assertEquals(2, near.path("matched").asInt());
        assertEquals(Chats.QUESTION, near.at("/examples/0/prompt").asText());
        assertTrue(near.at("/examples/1/similarity").asDouble() > 0.8, near.toString());
        assertEquals(
                3,
                stage.caller()
                        .delete(ENTRIES + "?dry_run=true&all=true")
                        .json()
                        .path("matched")
                        .asInt());
        assertEquals(3, prompts().size());
    }

    @Test
    void others_keepTheirs() {
        stage.anonymous().post(ENTRIES, entry(Chats.QUESTION));

        assertEquals(0, deleted("?prompt=" + encoded(Chats.QUESTION)));
        assertEquals(0, deleted("?older_than=0s"));
        assertEquals(
                1,
                stage.anonymous()
                        .delete(ENTRIES + "?all=true")
                        .json()
                        .path("deleted")
                        .asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "older_than=30",
                "older_than=-1d",
                "older_than=1y",
                "older_than=",
                "older_than=9999999d",
                "prompt=",
                "min_cosine=1.1&prompt=x",
                "min_cosine=NaN&prompt=x",
                "min_cosine=0.9&namespace=n",
                "dry_run=yes&all=true",
                "all=true&older_than=1d",
                "all=true&prompt=x",
                "q=x&namespace=n"
            })
    void badFilter_is400AndNamed(String query) {
        store("a", "n");

        Answer answer = stage.caller().delete(ENTRIES + "?" + query);

        assertEquals(400, answer.status(), answer.toString());
        assertEquals(
                query.substring(0, query.indexOf('=')),
                answer.json().at("/errors/0/field").asText());
        assertEquals(1, prompts().size());
    }

    private static ObjectNode entry(String prompt) {
        return Chats.object().put("prompt", prompt).put("completion", "there");
    }

    private static void store(String prompt, String namespace) {
        assertEquals(
                201,
                stage.caller()
                        .post(ENTRIES, entry(prompt).put("namespace", namespace))
                        .status());
    }

    private static int deleted(String query) {
        Answer answer = stage.caller().delete(ENTRIES + query);
        assertEquals(200, answer.status(), answer.toString());
        return answer.json().path("deleted").asInt(-1);
    }

    private static List<String> prompts() {
        List<String> prompts = new ArrayList<>();
        stage.caller()
                .get(ENTRIES)
                .json()
                .path("entries")
                .forEach(entry -> prompts.add(entry.path("prompt").asText()));
        return prompts;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
