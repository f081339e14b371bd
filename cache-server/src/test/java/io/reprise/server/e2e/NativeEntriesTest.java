package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v1/cache/entries}: storing, replacing, listing, reading, deleting, expiring. */
class NativeEntriesTest {
    private static final TestClock clock = new TestClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    static final Stage stage = Stage.at(clock);

    private static final String ENTRIES = "/v1/cache/entries";

    @Test
    void store_isSeenByTheNextLookup() {
        for (int i = 0; i < 20; i++) {
            ObjectNode entry = entry("Question number " + i + " of many?");
            assertEquals(201, stage.caller().post(ENTRIES, entry).status());
            assertEquals(
                    "exact",
                    lookup("Question number " + i + " of many?").path("kind").asText());
        }
    }

    @Test
    void storeAgain_replacesUnderTheSameId() {
        Answer first = stage.caller().post(ENTRIES, entry("a").put("completion", "old"));
        Answer second = stage.caller().post(ENTRIES, entry(" a\n").put("completion", "new"));

        assertEquals("application/json", first.header("content-type"));
        assertFalse(first.json().path("replaced").asBoolean(true));
        assertTrue(second.json().path("replaced").asBoolean());
        assertEquals(first.json().path("id"), second.json().path("id"));
        assertEquals("new", lookup("a").at("/entry/completion").asText());
        assertEquals(1, list("").size());
    }

    @Test
    void completionObject_comesBackAsItWasStored() {
        String completion = """
                {"id":"chatcmpl-1","object":"chat.completion","created":1700000000,"model":"gpt-4o","x":1.50,\
                "choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],\
                "usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}""";
        Answer stored = stage.caller().post(ENTRIES, "{\"prompt\":\"a\",\"completion\":" + completion + "}");

        Answer read =
                stage.caller().get(ENTRIES + "/" + stored.json().path("id").asText());

        assertTrue(read.text().contains("\"completion\":" + completion), read.text());
        assertEquals(9, lookup("a").at("/saved/input_tokens").asInt());
    }

    @Test
    void read_hasTheContractsShape() {
        String id = store(
                entry("Where is it?").put("model", "m").put("namespace", "n").put("ttl_seconds", 60));

        JsonNode entry = stage.caller().get(ENTRIES + "/" + id).json();

        assertEquals(id, entry.path("id").asText());
        assertEquals("Where is it?", entry.path("prompt").asText());
        assertEquals("there", entry.path("completion").asText());
        assertEquals("m", entry.path("model").asText());
        assertEquals("n", entry.path("namespace").asText());
        assertEquals("[]", entry.path("tags").toString());
        assertEquals(clock.instant().toString(), entry.path("created_at").asText());
        assertEquals(
                clock.instant().plusSeconds(60).toString(),
                entry.path("expires_at").asText());
    }

    @Test
    void defaultTtl_isSevenDays() {
        store(entry("a"));

        assertEquals(
                clock.instant().plus(Duration.ofDays(7)).toString(),
                list("").get(0).path("expires_at").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nowhere", "0", "%20", "é"})
    void unknownId_is404(String id) {
        String encoded = id.equals("é") ? "%C3%A9" : id;
        for (Answer answer : List.of(
                stage.caller().get(ENTRIES + "/" + encoded), stage.caller().delete(ENTRIES + "/" + encoded))) {
            assertEquals(404, answer.status());
            assertEquals("application/problem+json", answer.header("content-type"));
        }
    }

    @Test
    void overlongId_is404() {
        assertEquals(404, stage.caller().get(ENTRIES + "/" + "a".repeat(5000)).status());
    }

    @Test
    void delete_removesOne() {
        String id = store(entry("a"));
        store(entry("b"));

        assertEquals(204, stage.caller().delete(ENTRIES + "/" + id).status());

        assertEquals(404, stage.caller().get(ENTRIES + "/" + id).status());
        assertEquals(404, stage.caller().delete(ENTRIES + "/" + id).status());
        assertEquals("miss", lookup("a").path("outcome").asText());
        assertEquals("exact", lookup("b").path("kind").asText());
    }

    @Test
    void list_isNewestFirst() {
        for (int i = 0; i < 5; i++) {
            store(entry("question " + i));
            clock.advance(Duration.ofMillis(1));
        }

        assertEquals(List.of("question 4", "question 3", "question 2", "question 1", "question 0"), prompts(list("")));
    }

    @Test
    void replacedEntry_isNewAgain() {
        store(entry("first"));
        clock.advance(Duration.ofMillis(1));
        store(entry("second"));
        clock.advance(Duration.ofMillis(1));
        store(entry("first"));

        assertEquals(List.of("first", "second"), prompts(list("")));
    }

    @Test
    void pages_meetWithoutGapOrOverlap() {
        for (int i = 0; i < 25; i++) {
            store(entry("question " + i));
            if (i % 3 == 0) {
                clock.advance(Duration.ofMillis(1));
            }
        }
        List<String> whole = prompts(list("?limit=1000"));
        assertEquals(25, whole.size());

        List<String> paged = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = stage.caller()
                    .get(ENTRIES + "?limit=4" + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .json();
            assertTrue(page.path("entries").size() <= 4);
            paged.addAll(prompts(page.path("entries")));
            cursor = page.path("next_cursor").asText("");
        } while (!cursor.isEmpty() && !cursor.equals("null"));

        assertEquals(whole, paged);
    }

    @Test
    void entryStoredWhilePaging_isNoReasonToRepeatOne() {
        for (int i = 0; i < 4; i++) {
            store(entry("question " + i));
            clock.advance(Duration.ofMillis(1));
        }
        JsonNode first = stage.caller().get(ENTRIES + "?limit=2").json();
        store(entry("late"));

        JsonNode second = stage.caller()
                .get(ENTRIES + "?limit=2&cursor=" + first.path("next_cursor").asText())
                .json();

        assertEquals(List.of("question 3", "question 2"), prompts(first.path("entries")));
        assertEquals(List.of("question 1", "question 0"), prompts(second.path("entries")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=-1", "limit=1001", "limit=x", "limit=1.5", "cursor=nonsense", "cursor=%00"})
    void badListing_is400(String query) {
        Answer answer = stage.caller().get(ENTRIES + "?" + query);

        assertEquals(400, answer.status());
        assertEquals(
                query.substring(0, query.indexOf('=')),
                answer.json().at("/errors/0/field").asText());
    }

    @Test
    void filters_chooseByNamespaceTagAndWords() {
        ObjectNode tagged = entry("How do cats purr?").put("namespace", "animals");
        tagged.putArray("tags").add("doc:1").add("doc 2");
        store(tagged);
        store(entry("How do dogs bark?").put("namespace", "animals"));
        store(entry("How do cats land on their feet?"));

        assertEquals(2, list("?namespace=animals").size());
        assertEquals(List.of("How do cats purr?"), prompts(list("?tag=doc%202")));
        assertEquals(List.of("How do cats purr?"), prompts(list("?namespace=animals&tag=doc:1")));
        assertEquals(2, list("?q=CATS").size());
        assertEquals(List.of("How do dogs bark?"), prompts(list("?q=dogs%20bark")));
        assertEquals(0, list("?namespace=nobody").size());
        assertEquals(0, list("?tag=doc").size());
        assertEquals(3, list("?namespace=&tag=&q=").size());
    }

    @Test
    void deleteByFilter_countsAndLeavesOthers() {
        ObjectNode tagged = entry("a").put("namespace", "n1").put("model", "m1");
        tagged.putArray("tags").add("t1");
        store(tagged);
        store(entry("b").put("namespace", "n1").put("model", "m2"));
        store(entry("c").put("namespace", "n2").put("model", "m1"));
        store(entry("d").put("namespace", "n2").put("model", "m2"));

        assertEquals(
                "{\"deleted\":1}", stage.caller().delete(ENTRIES + "?tag=t1").text());
        assertEquals(1, deleted("?namespace=n1"));
        assertEquals(1, deleted("?model=m1"));
        assertEquals(List.of("d"), prompts(list("")));
        assertEquals(0, deleted("?namespace=n1&model=m2"));
        assertEquals(1, deleted("?all=true"));
        assertEquals(0, list("").size());
    }

    @Test
    void deletedEntries_areNoLongerFound() {
        store(entry(Chats.QUESTION));
        assertEquals("semantic", lookup(Chats.PARAPHRASE).path("kind").asText());

        deleted("?all=true");

        assertEquals("no_candidate", lookup(Chats.PARAPHRASE).path("reason").asText());
        assertEquals("no_candidate", lookup(Chats.QUESTION).path("reason").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "?", "?all=false", "?all=yes", "?q=word", "?limit=5", "?namespace=", "?all=true&namespace=n"
            })
    void deleteWithoutAClearFilter_is400(String query) {
        store(entry("a"));

        Answer answer = stage.caller().delete(ENTRIES + query);

        assertEquals(400, answer.status());
        assertEquals("application/problem+json", answer.header("content-type"));
        assertEquals(1, list("").size());
    }

    @Test
    void expiredEntry_isGoneEverywhere() {
        String id = store(entry(Chats.QUESTION).put("ttl_seconds", 60));
        clock.advance(Duration.ofSeconds(59));
        assertEquals("semantic", lookup(Chats.PARAPHRASE).path("kind").asText());

        clock.advance(Duration.ofSeconds(1));

        assertEquals("no_candidate", lookup(Chats.PARAPHRASE).path("reason").asText());
        assertEquals("no_candidate", lookup(Chats.QUESTION).path("reason").asText());
        assertEquals(404, stage.caller().get(ENTRIES + "/" + id).status());
        assertEquals(404, stage.caller().delete(ENTRIES + "/" + id).status());
        assertEquals(0, list("").size());
        assertEquals(0, deleted("?all=true"));
        assertEquals(
                0, stage.caller().get("/v1/cache/stats").json().path("entries").asInt());
    }

    @Test
    void expiredEntryStoredAgain_isNew() {
        store(entry("a").put("ttl_seconds", 1));
        clock.advance(Duration.ofSeconds(1));

        assertFalse(
                stage.caller().post(ENTRIES, entry("a")).json().path("replaced").asBoolean(true));
    }

    @Test
    void ttlOverTheLongest_isTheLongest() {
        String id = store(entry("a").put("ttl_seconds", Integer.MAX_VALUE));

        assertEquals(
                clock.instant().plus(Duration.ofDays(365)).toString(),
                stage.caller().get(ENTRIES + "/" + id).json().path("expires_at").asText());
    }

    private static ObjectNode entry(String prompt) {
        return Chats.object().put("prompt", prompt).put("completion", "there");
    }

    private static String store(ObjectNode entry) {
        Answer stored = stage.caller().post(ENTRIES, entry);
        assertEquals(201, stored.status(), stored.toString());
        return stored.json().path("id").asText();
    }

    private static JsonNode lookup(String prompt) {
        return stage.caller()
                .post("/v1/cache/lookup", Chats.object().put("prompt", prompt))
                .json();
    }

    private static JsonNode list(String query) {
        Answer listed = stage.caller().get(ENTRIES + query);
        assertEquals(200, listed.status(), listed.toString());
        return listed.json().path("entries");
    }

    private static int deleted(String query) {
        return stage.caller().delete(ENTRIES + query).json().path("deleted").asInt();
    }

    private static List<String> prompts(JsonNode entries) {
        List<String> prompts = new ArrayList<>();
        entries.forEach(entry -> prompts.add(entry.path("prompt").asText()));
        return prompts;
    }
}
