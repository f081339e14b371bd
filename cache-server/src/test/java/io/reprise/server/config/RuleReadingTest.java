package io.reprise.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class RuleReadingTest {
    private static String problems(String json) {
        return String.valueOf(assertThrows(InvalidValueException.class, () -> RuleReading.read(json))
                .getMessage());
    }

    private static String regex(String expression) {
        return "[{\"when\":{\"regex\":\"" + expression + "\"},\"answer\":\"x\"}]";
    }

    @Test
    void everyProblemOfEveryRule_isListed() {
        String said = problems(
                "[{\"when\":{\"regex\":\"(\"},\"answer\":\"\"},{\"when\":{},\"answer\":\"{{nobody}}\",\"allow\":[\"all\"],\"x\":1}]");
        assertEquals(
                List.of(
                        "rule 1 has a malformed expression",
                        "rule 1 has no answer of 1 to 16384 characters",
                        "rule 2 has an unknown field",
                        "rule 2 has no `when` with exactly one of exact, glob, regex",
                        "rule 2 has an answer with double braces around something else than date, time, model, key, team or user",
                        "rule 2 allows something else than system, turns, tools or schema"),
                List.of(said.split("; ")));
    }

    @Test
    void expressionThatIsTooLarge_isRefused() {
        assertTrue(problems(regex("((a{1,90}){1,90}b)")).contains("too long together"));
    }

    @Test
    void secondFieldOfOneName_isRefused() {
        assertEquals("is not JSON", problems("[{\"answer\":\"a\",\"answer\":\"b\"}]"));
    }

    @Test
    void sameNameTwice_isRefused() {
        String rule = "{\"name\":\"a\",\"when\":{\"exact\":\"x\"},\"answer\":\"y\"}";
        assertEquals("rule 2 has the name of another", problems("[" + rule + "," + rule + "]"));
    }
}
