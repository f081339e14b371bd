package io.reprise.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VirtualKeysTest {
    @TempDir
    Path folder;

    private final TestTime time = new TestTime("2026-12-01T12:00:00Z");

    @Test
    void keyThatWasMade_isFoundByItsTextAndKeptAsAHash() throws IOException {
        String text;
        try (Access access = Desk.open(folder, time)) {
            ObjectNode made = access.desk().create(Desk.json("{'name':'ci','team':'web','tags':['a','b']}"));
            text = made.path("key").asText();
            assertTrue(text.matches("rk-[0-9a-f]{48}"), "192 bits");
            assertEquals(List.of("a", "b"), access.find(text).orElseThrow().tags());
            assertFalse(access.desk().keys().toString().contains(text));
        }
        String kept = Files.readString(folder.resolve("keys.jsonl"));
        assertFalse(kept.contains(text.substring(3)));
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(folder.resolve("keys.jsonl")));
        try (Access access = Desk.open(folder, time)) {
            assertEquals("web", access.find(text).orElseThrow().team());
        }
    }

    @Test
    void tenThousandKeys_areAllDifferentAndFoundAgain() {
        Set<String> texts = new HashSet<>();
        try (Access access = Desk.open(folder, time)) {
            for (int i = 0; i < 10_000; i++) {
                texts.add(access.desk()
                        .create(Desk.json("{'name':'key " + i + "'}"))
                        .path("key")
                        .asText());
            }
        }
        assertEquals(10_000, texts.size());
        try (Access access = Desk.open(folder, time)) {
            assertTrue(texts.stream().allMatch(text -> access.find(text).isPresent()));
            assertEquals(10_000, access.desk().keys().size());
        }
    }

    @Test
    void secondKeyOfAName_isAConflict() {
        try (Access access = Desk.open(folder, time)) {
            String id = create(access, "{'name':'ci'}").path("id").asText();
            assertThrows(ConflictException.class, () -> create(access, "{'name':'ci'}"));
            create(access, "{'name':'cd'}");
            assertThrows(ConflictException.class, () -> access.desk().change(id, Desk.json("{'name':'cd'}")));
            assertTrue(access.desk().revoke(id));
            create(access, "{'name':'ci'}");
        }
    }

    @Test
    void change_leavesTheOtherFields() {
        try (Access access = Desk.open(folder, time)) {
            ObjectNode made = create(access, "{'name':'ci','team':'web','rpm':5,'expires_at':'2027-01-01T00:00:00Z'}");
            String id = made.path("id").asText();

            ObjectNode changed = access.desk()
                    .change(id, Desk.json("{'disabled':true,'rpm':null,'cost_threshold_usd':'0.25'}"))
                    .orElseThrow();

            assertEquals("web", changed.path("team").asText());
            assertTrue(changed.path("disabled").asBoolean());
            assertTrue(changed.path("rpm").isNull());
            assertEquals("0.25", changed.path("cost_threshold_usd").asText());
            assertEquals("2027-01-01T00:00:00Z", changed.path("expires_at").asText());
            assertTrue(access.find(made.path("key").asText()).orElseThrow().disabled());
            assertTrue(access.desk().change("key_nobody", Desk.json("{}")).isEmpty());
        }
    }

    @Test
    void rotatedKey_isTakenUntilTheOverlapEnds() {
        try (Access access = Desk.open(folder, time)) {
            ObjectNode made = create(access, "{'name':'ci'}");
            String old = made.path("key").asText();
            String id = made.path("id").asText();

            String fresh = access.desk()
                    .rotate(id, Desk.json("{'overlap_seconds':60}"))
                    .orElseThrow()
                    .path("key")
                    .asText();

            assertEquals(id, access.find(old).orElseThrow().id());
            assertEquals(id, access.find(fresh).orElseThrow().id());
            time.pass(Duration.ofSeconds(60));
            assertTrue(access.find(old).isEmpty());
            assertTrue(access.find(fresh).isPresent());
            access.desk().rotate(id, Desk.json("{}")).orElseThrow();
            assertTrue(access.find(fresh).isEmpty(), "without an overlap at once");
        }
    }

    @Test
    void revokedKey_isGoneAfterARestartToo() {
        String text;
        try (Access access = Desk.open(folder, time)) {
            ObjectNode made = create(access, "{'name':'ci','budgets':[{'usd':'1','window':'day'}]}");
            text = made.path("key").asText();
            assertTrue(access.desk().revoke(made.path("id").asText()));
            assertFalse(access.desk().revoke(made.path("id").asText()));
            assertTrue(access.find(text).isEmpty());
            assertEquals(List.of(), access.desk().budgets());
        }
        try (Access access = Desk.open(folder, time)) {
            assertTrue(access.find(text).isEmpty());
            assertEquals(List.of(), access.desk().budgets());
        }
    }

    @Test
    void lineThatWasNotWrittenWhole_isCutOff() throws IOException {
        String text;
        try (Access access = Desk.open(folder, time)) {
            text = create(access, "{'name':'ci'}").path("key").asText();
        }
        Files.writeString(folder.resolve("keys.jsonl"), "{\"name\":\"key_1\",\"val", StandardOpenOption.APPEND);
        try (Access access = Desk.open(folder, time)) {
            assertTrue(access.find(text).isPresent());
            create(access, "{'name':'cd'}");
        }
        try (Access access = Desk.open(folder, time)) {
            assertEquals(2, access.desk().keys().size());
        }
    }

    @Test
    void damagedLine_stopsTheStartAndIsNamed() throws IOException {
        Files.writeString(folder.resolve("keys.jsonl"), "{}\n");

        AccessException failure = assertThrows(AccessException.class, () -> Desk.open(folder, time));

        assertTrue(String.valueOf(failure.getMessage()).contains("line 1"), failure.getMessage());
    }

    @Test
    void manyChanges_leaveASmallFile() throws IOException {
        try (Access access = Desk.open(folder, time)) {
            String id = create(access, "{'name':'ci'}").path("id").asText();
            for (int i = 0; i < 1500; i++) {
                access.desk().change(id, Desk.json("{'rpm':" + (i + 1) + "}"));
            }
        }
        assertTrue(Files.lines(folder.resolve("keys.jsonl")).count() < 1002);
        try (Access access = Desk.open(folder, time)) {
            assertEquals(1500, access.desk().keys().getFirst().path("rpm").asInt());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'name':''}",
                "{'name':' a'}",
                "{'name':'a\\u0000'}",
                "{'name':'a\\nb'}",
                "{'name':'a\\u202eb'}",
                "{'name':'a\\ud800'}",
                "{'name':7}",
                "{'name':'a','nmae':'b'}",
                "{'name':'a','team':'\\u0007'}",
                "{'name':'a','tags':'b'}",
                "{'name':'a','tags':[1]}",
                "{'name':'a','tags':['\\t']}",
                "{'name':'a','models':['']}",
                "{'name':'a','models':['x y']}",
                "{'name':'a','share':'world'}",
                "{'name':'a','share':'team'}",
                "{'name':'a','expires_at':'tomorrow'}",
                "{'name':'a','disabled':'yes'}",
                "{'name':'a','rpm':0}",
                "{'name':'a','rpm':-1}",
                "{'name':'a','rpm':1.5}",
                "{'name':'a','rpm':99999999999999999999}",
                "{'name':'a','max_output_tokens':10,'default_output_tokens':11}",
                "{'name':'a','cost_threshold_usd':'-1'}",
                "{'name':'a','cost_threshold_usd':'1e3'}",
                "{'name':'a','on_threshold':'shrug'}",
                "{'name':'a','on_threshold':'model:'}",
                "{'name':'a','budgets':{}}",
                "{'name':'a','budgets':[{'usd':'1'}]}",
                "{'name':'a','budgets':[{'usd':'-1','window':'day'}]}",
                "{'name':'a','budgets':[{'usd':'9000001','window':'day'}]}",
                "{'name':'a','budgets':[{'usd':'0.0000000000001','window':'day'}]}",
                "{'name':'a','budgets':[{'usd':'ten','window':'day'}]}",
                "{'name':'a','budgets':[{'usd':'1','window':'year'}]}",
                "{'name':'a','budgets':[{'usd':'1','window':'day','zone':'Mars/Olympus'}]}",
                "{'name':'a','budgets':[{'usd':'1','window':'day','zone':'../etc'}]}",
                "{'name':'a','budgets':[{'usd':'1','window':'day','soft_percent':[0]}]}",
                "{'name':'a','budgets':[{'usd':'1','window':'day','soft_percent':[101]}]}",
                "{'name':'a','budgets':[{'usd':'1','window':'day','on_exceed':'clamp'}]}",
                "{'name':'a','budgets':[{'usd':'1','window':'day','color':'red'}]}",
                "{'name':'a','budgets':[{'usd':'1','window':'day'},{'usd':'2','window':'day'}]}",
            })
    void fieldsThatCannotBe_areToldAndChangeNothing(String request) {
        try (Access access = Desk.open(folder, time)) {
            InvalidFieldsException told = assertThrows(InvalidFieldsException.class, () -> create(access, request));

            assertEquals(1, told.fields().size(), told.toString());
            assertEquals(List.of(), access.desk().keys());
            ObjectNode key = create(access, "{'name':'before'}");
            if (!request.equals("{}")) {
                assertThrows(InvalidFieldsException.class, () -> access.desk()
                        .change(key.path("id").asText(), Desk.json(request)));
            }
            assertEquals("before", access.desk().keys().getFirst().path("name").asText());
        }
    }

    @Test
    void share_saysWhoseAnswersAKeySees() {
        try (Access access = Desk.open(folder, time)) {
            ObjectNode own = create(access, "{'name':'a','team':'web'}");
            ObjectNode teams = create(access, "{'name':'b','team':'web','share':'team'}");
            ObjectNode all = create(access, "{'name':'c','share':'all'}");

            assertEquals("vkey:" + own.path("id").asText(), principal(access, own));
            assertEquals("team:web", principal(access, teams));
            assertEquals("single", principal(access, all));
        }
    }

    private static String principal(Access access, ObjectNode made) {
        return access.find(made.path("key").asText()).orElseThrow().principal();
    }

    private static ObjectNode create(Access access, String json) {
        return access.desk().create(Desk.json(json));
    }
}
