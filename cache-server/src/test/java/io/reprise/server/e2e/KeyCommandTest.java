package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cli.PriceChecker;
import io.reprise.server.cli.RepriseCli;
import io.reprise.server.config.Surroundings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code reprise keys} against a running server. */
class KeyCommandTest {
    @RegisterExtension
    static final Stage stage = Stage.with("upstream.openai.api_key=sk-operator");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void create_printsTheKeyAlone() {
        assertEquals(
                0,
                run(
                        "create",
                        "--name",
                        "ci",
                        "--team",
                        "web",
                        "--budget",
                        "10/day",
                        "--budget",
                        "99.5/month@Europe/Berlin",
                        "--rpm",
                        "60"),
                err::toString);
        String key = out.toString().strip();
        assertTrue(key.matches("rk-[0-9a-f]+"), key);

        var own = stage.anonymous().with("x-api-key", key).get("/v1/key").json();
        assertEquals("web", own.path("team").asText());
        assertEquals("10", own.at("/budgets/0/usd").asText());
        assertEquals("Europe/Berlin", own.at("/budgets/1/zone").asText());
        assertEquals(60, own.path("rpm").asInt());

        assertEquals(1, run("create", "--name", "ci"));
        assertTrue(err.toString().contains("409"), err.toString());
        assertEquals(0, run("list"));
        assertTrue(out.toString().contains("ci"), out.toString());
        assertTrue(out.toString().contains("0 of 10/day"), out.toString());
        assertEquals(0, run("revoke", "ci"), err::toString);
        assertEquals(
                401, stage.anonymous().with("x-api-key", key).get("/v1/key").status());
        assertEquals(1, run("revoke", "ci"));
    }

    @Test
    void badOptions_areToldWithStatusTwo() {
        assertEquals(2, run("create"));
        assertEquals(2, run("create", "--name", "a", "--budget", "10"));
        assertTrue(err.toString().contains("10/day"), err.toString());
        assertEquals(2, run("create", "--name", "a", "--rpm", "many"));
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of("keys"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", stage.server().url(), "--data", stage.data().toString()));
        var cli = new RepriseCli(
                config -> {},
                (config, order, progress) -> "",
                (config, order) -> new PriceChecker.Findings("", true),
                new Surroundings(stage.data(), Path.of("models"), 2),
                Map.of(),
                new PrintWriter(out),
                new PrintWriter(err));
        return cli.execute(all.toArray(String[]::new));
    }
}
