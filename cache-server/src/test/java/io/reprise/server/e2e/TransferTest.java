package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /v1/cache/export} and {@code POST /v1/cache/import} between two servers. */
class TransferTest {
    @RegisterExtension
    static final Stage from = Stage.with("admin_token=open-sesame");

    @RegisterExtension
    static final Stage to = Stage.with("admin_token=open-sesame");

    @RegisterExtension
    static final Stage small = Stage.with(
            "limits.native_body_bytes=2KiB", "limits.response_bytes=1KiB", "limits.cacheable_body_bytes=1KiB");

    private static final String EXPORT = "/v1/cache/export";
    private static final String IMPORT = "/v1/cache/import";
    private static final String QUESTION = "How do I reset my password?";

    @AfterEach
    void empty() {
        for (Stage stage : List.of(from, to)) {
            assertEquals(
                    200,
                    admin(stage)
                            .delete("/v1/cache/entries?all=true&principal=*")
                            .status());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void exportedEntries_answerTheSameElsewhere(boolean vectors) {
        store(from.anonymous(), pair(QUESTION).put("model", Chats.MODEL));
        Answer chat = from.anonymous().post("/v1/chat/completions", Chats.asking("Name a colour."));
        String exported = export(admin(from), "?principal=*&vectors=" + vectors);

        JsonNode report = load(admin(to), exported);

        assertEquals(2, report.path("imported").asInt(), report.toString());
        assertEquals(0, report.path("failed").asInt(), report.toString());
        JsonNode exact = lookup(to.anonymous(), QUESTION);
        assertEquals("exact", exact.path("kind").asText());
        assertEquals(lookup(from.anonymous(), QUESTION).path("entry"), exact.path("entry"));
        String near = "how do i reset my password";
        assertEquals("semantic", lookup(to.anonymous(), near).path("kind").asText());
        to.upstream().log().clear();
        Answer again = to.anonymous().post("/v1/chat/completions", Chats.asking("Name a colour."));
        assertEquals("exact", again.header("x-reprise-outcome"));
        assertEquals(chat.text(), again.text());
        assertEquals(0, to.upstreamCalls());
        assertEquals(withoutSeals(exported), withoutSeals(export(admin(to), "?principal=*&vectors=" + vectors)));
    }

    @Test
    void export_hasAHeadAnEndMarkerAndEntriesByRisingId() {
        for (int i = 0; i < 5; i++) {
            store(from.caller(), pair("question " + i));
        }
        List<JsonNode> lines = parsed(export(from.caller(), ""));

        assertEquals(1, lines.getFirst().path("reprise_export").asInt());
        assertEquals("{\"end\":{\"entries\":5}}", lines.getLast().toString());
        List<String> ids = ids(lines);
        assertEquals(ids.stream().sorted().toList(), ids);
        assertEquals(ids.subList(2, 5), ids(parsed(export(from.caller(), "?after=" + ids.get(1)))));
    }

    @Test
    void filters_chooseWhatIsExported() {
        ObjectNode tagged = pair("a").put("namespace", "n1").put("model", "m1");
        tagged.putArray("tags").add("t1");
        store(from.caller(), tagged);
        store(from.caller(), pair("b").put("namespace", "n1").put("model", "m2"));

        assertEquals(2, ids(parsed(export(from.caller(), "?namespace=n1"))).size());
        assertEquals(1, ids(parsed(export(from.caller(), "?tag=t1"))).size());
        assertEquals(
                1, ids(parsed(export(from.caller(), "?model=m2&namespace=n1"))).size());
    }

    @Test
    void callers_exportTheirOwnAlone() {
        store(from.caller(), pair("mine"));
        store(from.anonymous(), pair("theirs"));

        String mine = export(from.caller(), "");

        assertTrue(mine.contains("mine") && !mine.contains("theirs"), mine);
        assertFalse(mine.contains("\"principal\""), mine);
        assertEquals(403, from.caller().get(EXPORT + "?principal=*").status());
    }

    @Test
    void ownExport_canBeBroughtBackHere() {
        store(from.caller(), pair(QUESTION));
        String exported = export(from.caller(), "");
        from.caller().delete("/v1/cache/entries?all=true");

        assertEquals(1, load(from.caller(), exported).path("imported").asInt());
        assertEquals(
                "hit", lookup(from.caller(), QUESTION, null).path("outcome").asText());
    }

    @Test
    void importedTwice_givesTheSameEntries() {
        store(from.anonymous(), pair(QUESTION));
        String exported = export(admin(from), "?principal=*");
        load(admin(to), exported);
        String once = export(admin(to), "?principal=*");

        JsonNode second = load(admin(to), exported);

        assertEquals(0, second.path("imported").asInt());
        assertEquals(1, second.path("skipped").asInt());
        assertEquals(entryLines(once), entryLines(export(admin(to), "?principal=*")));
    }

    @Test
    void newerAnswer_isNotReplacedByAnOlder() {
        store(from.anonymous(), pair(QUESTION));
        String exported = export(admin(from), "?principal=*");
        store(to.anonymous(), pair(QUESTION).put("completion", "newer"));

        assertEquals(1, load(admin(to), exported).path("skipped").asInt());
        assertEquals(
                "newer",
                lookup(to.anonymous(), QUESTION, null).at("/entry/completion").asText());
    }

    /** The attack that a scope in a line would make possible if it were believed. */
    @Test
    void entryOfSomebodyElse_isNotImportedByACaller() {
        store(from.anonymous(), pair(QUESTION));
        JsonNode line = entryLines(export(admin(from), "?principal=*")).getFirst();
        from.anonymous().delete("/v1/cache/entries?all=true");

        for (String principal : new String[] {"anonymous", "single", ""}) {
            ObjectNode forged = line.deepCopy();
            forged.put("principal", principal);
            JsonNode report = load(from.caller(), forged.toString());
            assertEquals(1, report.path("failed").asInt(), report.toString());
        }
        assertEquals(
                "miss", lookup(from.anonymous(), QUESTION, null).path("outcome").asText());
        assertEquals(
                "miss", lookup(from.caller(), QUESTION, null).path("outcome").asText());
    }

    @Test
    void pairWithAPrincipal_isTheCallersOwnUnlessAnAdministratorSays() {
        String line = pair(QUESTION).put("principal", "name:team").toString();

        load(to.caller(), line);
        assertEquals("hit", lookup(to.caller(), QUESTION, null).path("outcome").asText());
        assertEquals(0, ids(parsed(export(admin(to), "?principal=name:team"))).size());

        load(admin(to), line);
        assertEquals(1, ids(parsed(export(admin(to), "?principal=name:team"))).size());
    }

    @Test
    void entriesOfACredential_needTheKeyOfTheirDataFolder() {
        store(from.caller(), pair(QUESTION));

        JsonNode report = load(admin(to), export(admin(from), "?principal=*"));

        assertEquals(1, report.path("failed").asInt());
        assertTrue(report.at("/problems/0/problem").asText().contains("principal.key"), report.toString());
        assertEquals(2, report.at("/problems/0/line").asInt());
    }

    @Test
    void tornExport_isTold() {
        store(from.anonymous(), pair("a"));
        store(from.anonymous(), pair("b"));
        String exported = export(admin(from), "?principal=*");
        String[] lines = exported.split("\n", -1);

        JsonNode withoutEnd = load(admin(to), lines[0] + "\n" + lines[1] + "\n" + lines[2].substring(0, 40));
        assertEquals(1, withoutEnd.path("imported").asInt());
        assertEquals(2, withoutEnd.path("failed").asInt(), withoutEnd.toString());
        assertTrue(withoutEnd.toString().contains("torn"), withoutEnd.toString());

        JsonNode withoutOne = load(admin(to), lines[0] + "\n" + lines[2] + "\n" + lines[3] + "\n");
        assertEquals(1, withoutOne.path("failed").asInt(), withoutOne.toString());
    }

    @Test
    void warmUp_answersNativeLookupsAndDropInCalls() {
        String faq = "{\"prompt\":\"" + QUESTION + "\",\"answer\":\"By e-mail.\",\"model\":\"" + Chats.MODEL + "\"}";

        assertEquals(1, load(to.caller(), faq).path("imported").asInt());

        to.upstream().log().clear();
        Answer chat = to.caller().post("/v1/chat/completions", Chats.asking(QUESTION));
        assertEquals("exact", chat.header("x-reprise-outcome"));
        assertEquals("By e-mail.", chat.json().at("/choices/0/message/content").asText());
        assertEquals("exact", lookup(to.caller(), QUESTION).path("kind").asText());
        assertEquals(0, to.upstreamCalls());
    }

    @Test
    void parametersOfAnImport_areDefaultsOfPairsAndNoPartOfTheScope() {
        Answer loaded = to.caller()
                .post(
                        IMPORT + "?model=" + Chats.MODEL + "&strict=true",
                        pair(QUESTION).toString());

        assertEquals(1, loaded.json().path("imported").asInt(), loaded.toString());
        assertEquals(
                "exact",
                to.caller().post("/v1/chat/completions", Chats.asking(QUESTION)).header("x-reprise-outcome"));
    }

    @Test
    void hostileLines_failAloneAndAreNamed() {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        List<String> lines = List.of(
                "{\"prompt\":" + deep + "}",
                "{\"prompt\":\"a\",\"prompt\":\"b\",\"answer\":\"c\"}",
                "not json",
                "[]",
                "{\"prompt\":\"a\"}",
                "{\"prompt\":\"a\",\"answer\":\"b\",\"unknown\":1}",
                "{\"prompt\":\"a\",\"answer\":\"b\",\"ttl_seconds\":-1}",
                "{\"scope\":1}",
                "{\"reprise_export\":99}",
                "\u0000",
                "");
        String good = pair("good").toString();

        JsonNode report = load(to.caller(), String.join("\n", lines) + "\r\n" + good);

        assertEquals(1, report.path("imported").asInt(), report.toString());
        List<Integer> named = new ArrayList<>();
        report.path("problems")
                .forEach(problem -> named.add(problem.path("line").asInt()));
        assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), named, report.toString());
    }

    @Test
    void lineThatIsTooLong_failsAlone() {
        JsonNode report = load(small.caller(), "x".repeat(100_000) + "\n" + pair("good") + "\n");

        assertEquals(1, report.path("imported").asInt(), report.toString());
        assertEquals(1, report.path("failed").asInt(), report.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"components", "model"})
    void vectorThatDoesNotSuit_isMadeHere(String spoilt) {
        store(from.anonymous(), pair(QUESTION));
        ObjectNode line = entryLines(export(admin(from), "?principal=*&vectors=true"))
                .getFirst()
                .deepCopy();
        ObjectNode vector = (ObjectNode) line.path("vector");
        switch (spoilt) {
            case "components" -> vector.put("components", "AACAPw==");
            default -> vector.put("model", "another");
        }

        assertEquals(1, load(admin(to), line.toString()).path("imported").asInt());
        assertEquals(
                "semantic",
                lookup(to.anonymous(), "how do i reset my password", null)
                        .path("kind")
                        .asText());
    }

    /** Its vector is the plain question's, to which its answer must not be served. */
    @ParameterizedTest
    @ValueSource(strings = {"\u200b", "\ufe01", "\udb40\udc41"})
    void vectorOfATextWithHiddenCharacters_isNotTaken(String hidden) {
        store(from.anonymous(), pair(QUESTION));
        ObjectNode plain = entryLines(export(admin(from), "?principal=*&vectors=true"))
                .getFirst()
                .deepCopy();
        store(from.anonymous(), pair(QUESTION + hidden));
        ObjectNode poisoned = entryLines(export(admin(from), "?principal=*&vectors=true")).stream()
                .filter(line -> !line.path("id").equals(plain.path("id")))
                .findFirst()
                .orElseThrow()
                .deepCopy();
        poisoned.set("vector", plain.path("vector"));
        poisoned.put("by_meaning", true);

        assertEquals(1, load(admin(to), poisoned.toString()).path("imported").asInt());
        assertEquals("miss", lookup(to.anonymous(), QUESTION).path("outcome").asText());
    }

    @Test
    void forgedAnswer_isRefused() {
        store(from.anonymous(), pair(QUESTION));
        JsonNode line = entryLines(export(admin(from), "?principal=*")).getFirst();
        for (String form : List.of("openai_chat", "openai_response", "anthropic_message", "openai_embedding", "none")) {
            ObjectNode forged = line.deepCopy();
            ((ObjectNode) forged.path("completion")).put("form", form);
            assertEquals(1, load(admin(to), forged.toString()).path("failed").asInt(), form);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\": \"../x\"}",
                "{\"scope\": \"x\"}",
                "{\"rules\": \"older\"}",
                "{\"namespace\": \"a b\"}",
                "{\"by_meaning\": 1}",
                "{\"created_at\": \"+999999999-01-01T00:00:00Z\"}",
                "{\"expires_at\": \"2000-01-01T00:00:00Z\"}",
                "{\"tags\": \"t\"}",
                "{\"completion\": {\"form\": \"text\", \"json\": \"{}\"}}",
                "{\"completion\": {\"form\": \"text\", \"json\": \"\\\"a\\\"\", \"usage\": {\"input_tokens\": -1}}}"
            })
    void entryWithAFieldThatIsNone_failsAlone(String spoilt) {
        store(from.anonymous(), pair(QUESTION));
        ObjectNode line =
                entryLines(export(admin(from), "?principal=*")).getFirst().deepCopy();
        line.setAll((ObjectNode) Answer.parse(spoilt.getBytes(StandardCharsets.UTF_8)));

        JsonNode report = load(admin(to), line + "\n" + pair("good"));

        assertEquals(1, report.path("failed").asInt(), report.toString());
        assertEquals(1, report.path("imported").asInt(), report.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt", "model"})
    void entryWithATextThatIsNone_failsAlone(String field) {
        store(from.anonymous(), pair("replaceme").put("model", "replaceme"));
        String line = entryLines(export(admin(from), "?principal=*")).getFirst().toString();
        String spoilt = line.replace("\"" + field + "\":\"replaceme\"", "\"" + field + "\":\"\\ud800\"");

        JsonNode report = load(admin(to), spoilt + "\n" + pair("good"));

        assertEquals(1, report.path("failed").asInt(), report.toString());
        assertEquals(1, report.path("imported").asInt(), report.toString());
    }

    @Test
    void expiredEntry_isSkipped() {
        store(from.anonymous(), pair(QUESTION));
        ObjectNode line =
                entryLines(export(admin(from), "?principal=*")).getFirst().deepCopy();
        line.put("created_at", "2000-01-01T00:00:00Z").put("expires_at", "2000-01-02T00:00:00Z");

        assertEquals(
                "{\"imported\":0,\"skipped\":1,\"failed\":0,\"problems\":[]}",
                load(admin(to), line.toString()).toString());
    }

    @Test
    void lifeBeyondTheLongest_isTheLongest() {
        store(from.anonymous(), pair(QUESTION));
        ObjectNode line =
                entryLines(export(admin(from), "?principal=*")).getFirst().deepCopy();
        line.put("expires_at", "9999-01-01T00:00:00Z");

        load(admin(to), line.toString());

        String expires = entryLines(export(admin(to), "?principal=*"))
                .getFirst()
                .path("expires_at")
                .asText();
        assertTrue(expires.compareTo("2100") < 0, expires);
    }

    @Test
    void strictImport_stopsAtTheFirstBadLine() {
        Answer answer = to.caller().post(IMPORT + "?strict=true", "x\n" + pair("never") + "\n");

        assertEquals(0, answer.json().path("imported").asInt(), answer.toString());
        assertEquals(1, answer.json().path("failed").asInt());
    }

    @ParameterizedTest
    @ValueSource(strings = {"strict=yes", "namespace=a%20b"})
    void badParameterOfAnImport_is400(String query) {
        assertBad(to.caller().post(IMPORT + "?" + query, ""), query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vectors=1", "after=a%20b"})
    void badParameterOfAnExport_is400(String query) {
        assertBad(from.caller().get(EXPORT + "?" + query), query);
    }

    @Test
    void pageOfAnotherSite_importsNothing() {
        Answer answer = to.anonymous().post(IMPORT, pair("a").toString(), "origin", "https://evil.example");

        assertEquals(403, answer.status());
        assertEquals(0, ids(parsed(export(to.anonymous(), ""))).size());
    }

    @Test
    void readersThatLeaveOrRead_neverHoldOthersUp() {
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 400; i++) {
            // Too long to be embedded, and more in all than connections buffer.
            many.append(pair("x".repeat(30_000) + i)).append('\n');
        }
        assertEquals(
                400, load(from.anonymous(), many.toString()).path("imported").asInt());

        try (var slow = new RawConnection(from.server().port())) {
            slow.head("GET /v1/cache/export HTTP/1.1", "host: localhost");
            for (int i = 0; i < 40; i++) {
                try (var leaving = new RawConnection(from.server().port())) {
                    leaving.head("GET /v1/cache/export HTTP/1.1", "host: localhost");
                }
            }
            Answer whole = awaitExport();
            assertEquals(400, ids(parsed(whole.text())).size());
        }
    }

    /** The places of those who left are free as soon as the server has noticed. */
    private static Answer awaitExport() {
        long deadline = System.nanoTime() + 30_000_000_000L;
        Answer answer = from.anonymous().get(EXPORT);
        while (answer.status() == 503 && System.nanoTime() < deadline) {
            Thread.onSpinWait();
            answer = from.anonymous().get(EXPORT);
        }
        assertEquals(200, answer.status());
        return answer;
    }

    private static WireCaller admin(Stage stage) {
        return stage.anonymous().with("x-reprise-admin", "open-sesame");
    }

    private static ObjectNode pair(String prompt) {
        return Chats.object().put("prompt", prompt).put("completion", "there");
    }

    private static void store(WireCaller caller, ObjectNode entry) {
        assertEquals(201, caller.post("/v1/cache/entries", entry).status());
    }

    private static String export(WireCaller caller, String query) {
        Answer answer = caller.get(EXPORT + query);
        assertEquals(200, answer.status(), answer.toString());
        assertEquals("application/x-ndjson", answer.header("content-type"));
        return answer.text();
    }

    private static JsonNode load(WireCaller caller, String lines) {
        Answer answer = caller.post(IMPORT, lines);
        assertEquals(200, answer.status(), answer.toString());
        return answer.json();
    }

    private static JsonNode lookup(WireCaller caller, String prompt) {
        return lookup(caller, prompt, Chats.MODEL);
    }

    private static JsonNode lookup(WireCaller caller, String prompt, @Nullable String model) {
        ObjectNode asked = Chats.object().put("prompt", prompt);
        if (model != null) {
            asked.put("model", model);
        }
        return caller.post("/v1/cache/lookup", asked).json();
    }

    private static List<JsonNode> parsed(String lines) {
        return lines.lines()
                .map(line -> Answer.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    private static List<JsonNode> entryLines(String export) {
        return parsed(export).stream().filter(line -> line.has("id")).toList();
    }

    /** Each data folder has a seal of its own. */
    private static List<JsonNode> withoutSeals(String export) {
        return entryLines(export).stream()
                .map(line -> ((ObjectNode) line).<JsonNode>without("seal"))
                .toList();
    }

    private static List<String> ids(List<JsonNode> lines) {
        return lines.stream()
                .filter(line -> line.has("id"))
                .map(line -> line.path("id").asText())
                .toList();
    }

    private static void assertBad(Answer answer, String query) {
        assertEquals(400, answer.status(), answer.toString());
        assertEquals(
                query.substring(0, query.indexOf('=')),
                answer.json().at("/errors/0/field").asText());
    }
}
