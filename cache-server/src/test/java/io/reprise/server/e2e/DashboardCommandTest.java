package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cli.PriceChecker;
import io.reprise.server.cli.RepriseCli;
import io.reprise.server.config.Surroundings;
import io.reprise.server.testupstream.ClosedPort;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code reprise dashboard} against a real server. */
class DashboardCommandTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Path folder;

    DashboardCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void link_isPrintedAloneAndLogsIn() {
        assertEquals(
                0, run("--url", stage.server().url(), "--data", stage.data().toString()), err.toString());

        String link = out.toString().strip();
        assertTrue(link.startsWith(stage.server().url() + "/login?code="), link);
        assertEquals("", err.toString());
        Answer answer =
                stage.anonymous().get(link.substring(stage.server().url().length()));
        assertEquals(303, answer.status());
        assertTrue(answer.header("set-cookie").startsWith("reprise_session="));
    }

    @Test
    void wrongToken_isALineAndStatusOne() {
        fails("does not take this token", "--url", stage.server().url(), "--token", "none-of-ours");
    }

    @Test
    void missingToken_saysWhatToGive() {
        fails("admin.token", "--url", stage.server().url(), "--data", folder.toString());
        fails("needs the administrator's token", "--url", "http://192.0.2.1:8080");
    }

    @Test
    void serverThatIsNotThere_isNamed() {
        try (var closed = ClosedPort.reserve()) {
            String url = closed.url();
            fails(url, "--url", url, "--token", "x");
        }
    }

    @Test
    void serverThatIsNoReprise_isNamed() {
        fails("is that a Reprise server?", "--url", stage.upstream().url(), "--token", "x");
    }

    private void fails(String says, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(1, run(args));
        assertEquals("", out.toString());
        assertTrue(err.toString().contains(says), err.toString());
        assertEquals(1, err.toString().lines().count(), err.toString());
    }

    private int run(String... args) {
        var cli = new RepriseCli(
                config -> {},
                (config, order, progress) -> "",
                (config, order) -> new PriceChecker.Findings("", true),
                new Surroundings(folder, Path.of("models"), 2),
                Map.of(),
                new PrintWriter(out),
                new PrintWriter(err));
        return cli.execute(
                Stream.concat(Stream.of("dashboard"), Arrays.stream(args)).toArray(String[]::new));
    }
}
