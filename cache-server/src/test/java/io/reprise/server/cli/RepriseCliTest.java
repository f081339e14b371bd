package io.reprise.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.ConfigLoader.FlagDescription;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.Surroundings;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepriseCliTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<ServerConfig> started = new ArrayList<>();
    private final List<ReplayOrder> replayed = new ArrayList<>();

    private final Path folder;

    RepriseCliTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void serve_startsWithTheResolvedConfiguration() throws IOException {
        Path file = Files.writeString(folder.resolve("reprise.yaml"), "{port: 1, host: localhost, log_level: warn}");
        int code = run(
                Map.of("REPRISE_PORT", "2"),
                "serve",
                "--config",
                file.toString(),
                "--data=d",
                "--openai-url",
                "http://localhost:1",
                "--anthropic-url",
                "http://localhost:2",
                "--model",
                "m",
                "--set",
                "decision.cutoff=0.97");
        ServerConfig config = started.getFirst();
        assertEquals(0, code);
        assertEquals("localhost", config.host());
        assertEquals(2, config.port());
        assertEquals(folder.resolve("d"), config.data());
        assertEquals(
                URI.create("http://localhost:1"), config.upstream().openai().url());
        assertEquals(
                URI.create("http://localhost:2"), config.upstream().anthropic().url());
        assertEquals(folder.resolve("m"), config.model().path());
        assertEquals(0.97, config.decision().cutoff());
    }

    @Test
    void serveWithoutConfigOption_readsTheFileOfTheVariable() throws IOException {
        Files.writeString(folder.resolve("mine.yaml"), "port: 7");
        run(Map.of("REPRISE_CONFIG", "mine.yaml"), "serve");
        assertEquals(7, started.getFirst().port());
    }

    @Test
    void serveWithProblems_startsNothingAndListsThemOnStandardError() {
        int code = run(Map.of("REPRISE_PRT", "1"), "serve", "--port", "x");
        assertEquals(2, code);
        assertTrue(started.isEmpty());
        assertEquals("", out.toString());
        assertEquals(3, err.toString().lines().count(), err.toString());
        assertFalse(err.toString().contains("\tat "), err.toString());
    }

    @Test
    void startThatFails_isOneLineAndExitCodeOne() {
        RepriseCli cli = cli(
                config -> {
                    throw new StartException("port 8080 is taken: stop the other server or set another port");
                },
                Map.of());
        assertEquals(1, cli.execute("serve"));
        assertEquals(
                "reprise: port 8080 is taken: stop the other server or set another port" + System.lineSeparator(),
                err.toString());
    }

    @Test
    void configCheck_printsValuesAndOriginsWithoutSecrets() {
        int code = run(Map.of("REPRISE_ADMIN_TOKEN", "hunter2"), "config", "check", "--port", "1");
        assertEquals(0, code);
        assertTrue(out.toString().lines().anyMatch(line -> line.matches("port +\"1\" +\\(flag --port\\)")));
        assertTrue(out.toString()
                .lines()
                .anyMatch(line -> line.matches("admin_token +\\(not shown\\) +\\(environment REPRISE_ADMIN_TOKEN\\)")));
        assertFalse(out.toString().contains("hunter2"));
        assertTrue(started.isEmpty());
    }

    @Test
    void configCheckWithProblems_exitCodeTwo() {
        assertEquals(2, run(Map.of(), "config", "check", "--port", "x"));
    }

    @Test
    void configReference_printsThePage() {
        assertEquals(0, run(Map.of(), "config", "reference"));
        assertEquals(ConfigLoader.referencePage(), out.toString());
    }

    @Test
    void configInit_printsAFileThatTheServerStartsWith() throws IOException {
        assertEquals(0, run(Map.of(), "config", "init"));
        Files.writeString(folder.resolve("mine.yaml"), out.toString());
        assertEquals(0, run(Map.of(), "serve", "--config", "mine.yaml"));
        assertEquals(8080, started.getFirst().port());
    }

    @Test
    void configInitOut_writesANewFileAndNoOther() throws IOException {
        Path file = folder.resolve("mine.yaml");
        assertEquals(0, run(Map.of(), "config", "init", "--out", file.toString()));
        assertEquals(ConfigLoader.settingsFile(), Files.readString(file));

        Files.writeString(file, "port: 1");
        assertEquals(1, run(Map.of(), "config", "init", "--out", file.toString()));
        assertEquals("port: 1", Files.readString(file));
        assertTrue(err.toString().contains(file.toString()), err.toString());
    }

    @Test
    void configInitOut_whereNothingCanBeWritten_saysSo() {
        assertEquals(
                1,
                run(
                        Map.of(),
                        "config",
                        "init",
                        "--out",
                        folder.resolve("absent/mine.yaml").toString()));
        assertTrue(err.toString().contains("cannot write"), err.toString());
        assertEquals(2, run(Map.of(), "config", "init", "--out", "a\u0000b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void help_showsEveryCommandAndOption(String option) {
        assertEquals(0, run(Map.of(), option));
        String help = out.toString();
        for (String command : List.of(
                "serve",
                "replay",
                "dashboard",
                "config check",
                "config init",
                "config reference",
                "demo-upstream",
                "version")) {
            assertTrue(help.contains("reprise " + command + " "), command);
        }
        for (FlagDescription flag : ConfigLoader.flags()) {
            assertTrue(help.contains(flag.name() + "=" + flag.label()), flag.name());
        }
        assertTrue(help.contains("--config=FILE"));
        assertTrue(help.contains("--set=KEY=VALUE"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "--version"})
    void version_namesTheProgramAndTheJvm(String argument) {
        assertEquals(0, run(Map.of(), argument));
        assertTrue(out.toString().startsWith("reprise "), out.toString());
        assertTrue(out.toString().contains("Java " + Runtime.version()), out.toString());
    }

    @Test
    void replay_passesOnWhatWasAskedForAndPrintsTheReport() {
        int code = run(
                Map.of(),
                "replay",
                "log.jsonl",
                "--html=page.html",
                "--max-wrong-rate=2%",
                "--limit=7",
                "--pairs=3",
                "--default-model=gpt-4o");
        assertEquals(0, code);
        assertEquals("report\n", out.toString());
        assertEquals(
                new ReplayOrder(Path.of("log.jsonl"), Path.of("page.html"), 0.02, 7, 3, "gpt-4o"), replayed.getFirst());
    }

    @Test
    void replayOfDash_readsStandardInput() {
        run(Map.of(), "replay", "-");
        assertEquals(new ReplayOrder(null, null, null, Long.MAX_VALUE, 20, null), replayed.getFirst());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replay",
                "replay a b",
                "replay a --limit=0",
                "replay a --pairs=-1",
                "replay a --pairs=many",
                "replay a --max-wrong-rate=1.5",
                "replay a --max-wrong-rate=150%",
                "replay a --max-wrong-rate=NaN"
            })
    void replayMisused_exitCodeTwoAndNothingReplayed(String line) {
        assertEquals(2, run(Map.of(), line.split(" ", -1)));
        assertTrue(err.toString().contains("replay --help"), err.toString());
        assertTrue(replayed.isEmpty());
    }

    @Test
    void demoUpstreamThatCannotStart_exitCodeTwoAndTheOptionNamed() {
        assertEquals(2, run(Map.of(), "demo-upstream", "--port", "70000"));
        assertTrue(err.toString().contains("port"), err.toString());
        assertTrue(err.toString().contains("demo-upstream --help"), err.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "config", "sreve", "serve --prot=1", "serve extra", "serve --port", "serve --set port"})
    void misuse_exitCodeTwoAndWhereToLook(String line) {
        int code = run(Map.of(), line.isEmpty() ? new String[0] : line.split(" ", -1));
        assertEquals(2, code);
        assertTrue(err.toString().contains("--help"), err.toString());
        assertTrue(started.isEmpty());
    }

    @Test
    void unknownOption_namesTheNearest() {
        run(Map.of(), "serve", "--prot=1");
        assertTrue(err.toString().contains("Nearest: --port"), err.toString());
    }

    private int run(Map<String, String> environment, String... args) {
        return cli(resolved -> started.add(resolved.config()), environment).execute(args);
    }

    private RepriseCli cli(ServerStarter starter, Map<String, String> environment) {
        return new RepriseCli(
                starter,
                (config, order, progress) -> {
                    replayed.add(order);
                    return "report\n";
                },
                (config, order) -> new PriceChecker.Findings(order + "\n", order.json()),
                new Surroundings(folder, Path.of("models"), 2),
                environment,
                new PrintWriter(out),
                new PrintWriter(err));
    }
}
