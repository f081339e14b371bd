package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.server.testupstream.ApiError;
import io.reprise.server.testupstream.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What operators put into Grafana and Prometheus names metrics that a server has, and Prometheus' own tool takes them all. */
class MonitoringTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern METRIC = Pattern.compile("\\b(?:llm|reprise|jvm|process)_[a-z0-9_]+");
    private static final Path PROMTOOL = Path.of("/usr/bin/promtool");

    /** Meters of outcomes are there once there was one. */
    @BeforeEach
    void makeCalls() {
        stage.caller().post(Chats.PATH, Chats.asking("Monitoring?"));
        stage.upstream().answer(Reply.of(ApiError.serverError()));
        stage.caller().post(Chats.PATH, Chats.asking("Monitoring of errors?"));
    }

    private static Set<String> names(Stream<String> expressions) {
        return expressions
                .flatMap(expression -> METRIC.matcher(expression).results())
                .map(MatchResult::group)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void assertServed(Set<String> names) {
        Set<String> served = stage.anonymous()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toSet());
        assertTrue(names.size() > 5, names.toString());
        names.removeAll(served);
        assertEquals(Set.of(), names);
    }

    @Test
    void dashboardOfGrafana_namesMetricsThatAreServed() throws IOException {
        JsonNode dashboard =
                new ObjectMapper().readTree(DOCS.resolve("grafana.json").toFile());
        List<String> expressions = new ArrayList<>();
        dashboard.findValues("expr").forEach(expression -> expressions.add(expression.textValue()));
        assertServed(names(expressions.stream()));
    }

    @Test
    void alertRules_nameMetricsThatAreServed() throws IOException {
        Object rules = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(DOCS.resolve("prometheus-alerts.yaml")));
        assertServed(names(new ObjectMapper()
                .valueToTree(rules).findValues("expr").stream().map(Object::toString)));
    }

    @Test
    void promtool_takesEveryMetric() throws IOException, InterruptedException {
        Assumptions.assumeTrue(Files.isExecutable(PROMTOOL), "promtool (Debian: prometheus) is not installed");
        Process check = new ProcessBuilder(PROMTOOL.toString(), "check", "metrics")
                .redirectErrorStream(true)
                .start();
        try (var in = check.getOutputStream()) {
            in.write(stage.anonymous().get("/metrics").text().getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(check.waitFor(30, TimeUnit.SECONDS));
        // Status 3 is advice about names, which the contract fixes.
        assertTrue(check.exitValue() == 0 || check.exitValue() == 3, said);
    }
}
