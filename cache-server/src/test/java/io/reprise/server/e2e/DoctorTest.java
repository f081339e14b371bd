package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The doctor says in which parts calls differ that ask the same, to the administrator alone. */
class DoctorTest {
    private static final String PATH = "/v1/admin/doctor";
    private static final String QUESTION = "How do I return a pair of shoes?";

    @RegisterExtension
    static final Stage stage = Stage.with("doctor.misses=5");

    @RegisterExtension
    static final Stage off = Stage.with("doctor.misses=0");

    private static ObjectNode chat(String system) {
        ObjectNode chat = Chats.object().put("model", "gpt-4o");
        chat.putArray("messages").addObject().put("role", "system").put("content", system);
        chat.withArray("messages").addObject().put("role", "user").put("content", QUESTION);
        return chat;
    }

    private static JsonNode newest(ObjectNode... calls) {
        for (ObjectNode call : calls) {
            stage.caller().post(Chats.PATH, call);
        }
        return stage.administrator().get(PATH).json().path("items").path(0).path("differences");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Be kind. It is 2026-01-02 here.|Be kind. It is 2026-03-04 here.|2026-01-02|date",
                "Be kind. It is 10:30.|Be kind. It is 11:45.|10:30.|time",
                "Trace 123e4567-e89b-12d3-a456-426614174000, be kind.|Trace 999e4567-e89b-12d3-a456-426614174abc, be kind.|123e4567-e89b-12d3-a456-426614174000|uuid",
                "Be kind [req-8f3a9c].|Be kind [req-77b1].|req-8f3a9c|request-id"
            })
    void valueThatAMaskHides_isFoundWithItsSetting(String first, String second, String other, String mask) {
        JsonNode found = newest(chat(first), chat(second));
        assertEquals(1, found.size());
        assertEquals("turn 1 (system)", found.path(0).path("part").asText());
        assertEquals(other, found.path(0).path("other").asText());
        assertEquals(
                "scope:\n  mask: [" + mask + "]", found.path(0).path("setting").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Be kind to ann@example.com.|Be kind to bob@example.com.",
                "Be kind to Ann.|Be kind to Bob.",
                "Customer 123e4567-e89b-12d3-a456-426614174000, be kind.|Customer 999e4567-e89b-12d3-a456-426614174abc, be kind.",
                "The tenant is req-8f3a9c.|The tenant is req-77b1.",
                "She was born on 2001-02-03.|She was born on 2001-02-04."
            })
    void whatMayTellSomebodyApart_isOfferedNothing(String first, String second) {
        JsonNode found = newest(chat(first), chat(second));
        assertEquals(1, found.size());
        assertTrue(found.path(0).path("setting").isNull(), found.toString());
    }

    @Test
    void parameterAndSnapshot_areFoundWithTheirSettings() {
        JsonNode found = newest(
                chat("Be kind.").put("max_tokens", 100),
                chat("Be kind.").put("max_tokens", 200).put("model", "gpt-4o-2024-08-06"));
        assertEquals("max_tokens", found.path(0).path("part").asText());
        assertEquals("200", found.path(0).path("value").asText());
        assertEquals(
                "scope:\n  ignore: [max_tokens]", found.path(0).path("setting").asText());
        assertEquals("model", found.path(1).path("part").asText());
        assertEquals(
                "models:\n  \"gpt-4o-2024-08-06\":\n    name: gpt-4o\n  \"gpt-4o\":\n    name: gpt-4o",
                found.path(1).path("setting").asText());
    }

    @Test
    void toolsInAnotherOrder_areFound() {
        ObjectNode one = chat("Be kind.");
        ObjectNode other = chat("Be kind.");
        for (List<String> order : List.of(List.of("a", "b"), List.of("b", "a"))) {
            ObjectNode to = order.getFirst().equals("a") ? one : other;
            order.forEach(name -> to.withArray("tools")
                    .addObject()
                    .put("type", "function")
                    .putObject("function")
                    .put("name", name));
        }
        JsonNode found = newest(one, other);
        assertEquals("tools", found.path(0).path("part").asText());
        assertTrue(found.path(0).path("words").asText().contains("another order"));
    }

    @Test
    void otherCallersAndQuestions_areNotCompared() {
        stage.caller().post(Chats.PATH, chat("Be kind. It is 2033-01-02."));
        stage.anonymous().with("authorization", "Bearer other").post(Chats.PATH, chat("Be kind. It is 2033-03-04."));
        ObjectNode otherQuestion = chat("Be kind. It is 2033-05-06.");
        ((ObjectNode) otherQuestion.path("messages").path(1)).put("content", "Where are you?");
        stage.caller().post(Chats.PATH, otherQuestion);
        JsonNode report = stage.administrator().get(PATH).json();
        assertFalse(report.toString().contains("2033-"), report.toString());
    }

    @Test
    void onlyTheLast_areRemembered() {
        for (int i = 0; i < 9; i++) {
            stage.caller().post(Chats.PATH, chat("It is 2026-01-0" + (i + 1) + "."));
        }
        JsonNode report = stage.administrator().get(PATH).json();
        assertEquals(5, report.path("misses").asInt());
        assertEquals(5, report.path("alike").asInt());
        assertEquals(5, report.path("settings").path(0).path("calls").asInt());
    }

    @Test
    void othersThanTheAdministrator_areRefused() {
        assertEquals(403, stage.caller().get(PATH).status());
        assertEquals(403, stage.anonymous().get(PATH).status());
    }

    @Test
    void switchedOff_remembersNothing() {
        off.caller().post(Chats.PATH, chat("It is 2026-01-02."));
        assertEquals(0, off.administrator().get(PATH).json().path("misses").asInt());
    }

    @Test
    void nothingOfIt_isOnDisk() throws IOException {
        newest(chat("It is 2031-07-08 and marmalade."), chat("It is 2031-07-09 and marmalade."));
        try (Stream<Path> files = Files.walk(stage.data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertFalse(
                        new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("marmalade"),
                        file.toString());
            }
        }
    }
}
