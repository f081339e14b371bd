package io.reprise.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cli.PriceChecker;
import io.reprise.server.cli.RepriseCli;
import io.reprise.server.config.Surroundings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code reprise replay} as it is run, with the bundled model and indexes on disk. */
class ReplayCommandTest {
    private static final Path EXAMPLE = Path.of("..", "docs", "example-prompts.jsonl");
    /** The policy whose behaviour on a few sentences is known by their cosines alone. */
    private static final String CUTOFF = "--set=decision.cutoff=0.9";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Path folder;

    ReplayCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void exampleLog_isReportedWithSettingsPairsAndSavings() {
        assertEquals(0, replay(EXAMPLE, "--max-wrong-rate=0.5"), err.toString());
        String report = out.toString();
        assertTrue(report.contains("32 calls replayed"), report);
        // Two prompts come again in their own namespace or none, word for word.
        assertTrue(report.matches("(?s).*exact hits +2 .*"), report);
        assertTrue(report.contains("no price known for: house-model-7b 2"), report);
        assertTrue(report.contains("Served with the least confidence"), report);
        assertTrue(report.contains("Not served, but nearest to it"), report);
        assertTrue(report.contains("decision: {"), report);
        assertTrue(report.contains("second look"), report);
    }

    /** As the first page has it: a short log cannot tell, and the report says what is expected then. */
    @Test
    void exampleLog_endsInARecommendation() {
        assertEquals(0, replay(EXAMPLE), err.toString());
        String report = out.toString();
        assertTrue(report.contains("Recommended, as"), report);
        assertTrue(report.contains("decision: {max_wrong_rate: 0."), report);
        assertFalse(report.contains("No setting tried"), report);
    }

    @Test
    void replay_leavesNothingInTheDataFolder() {
        replay(EXAMPLE, "--limit=1", "--data=" + folder.resolve("data"));
        assertFalse(Files.exists(folder.resolve("data")));
    }

    @Test
    void page_hasTheSameNumbersAndStandsAlone() throws IOException {
        Path page = folder.resolve("report.html");
        assertEquals(0, replay(EXAMPLE, "--html=" + page), err.toString());
        String html = Files.readString(page);
        assertTrue(html.contains("32 calls replayed"), html);
        assertEquals(4, html.split("<svg", -1).length - 1);
        assertFalse(html.contains("<script"), "no script");
        assertFalse(html.contains("src=") || html.contains("href=") || html.contains("url("), "nothing is loaded");
    }

    @Test
    void hostilePrompts_areTextInThePageAndOnTheTerminal() throws IOException {
        String hostile = "What does <script>alert('x')</script> & \\\"onload=\\\" do in a page";
        // What controls a terminal hides text, so such a prompt is never compared by meaning.
        String controls = "What does \\u001b[2J do in a page";
        Path page = folder.resolve("report.html");
        Path log = log(
                prompt(hostile + "?"),
                prompt(hostile + " today?"),
                prompt(controls + "?"),
                prompt(controls + " today?"),
                "{\"prompt\": 1, \"<b>\": 2}");
        assertEquals(0, replay(log, "--default-model=<i>m", "--html=" + page), err.toString());
        String html = Files.readString(page);
        assertFalse(html.contains("<script") || html.contains("<b>\"") || html.contains("<i>m"), html);
        assertTrue(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;onload=&quot;"), html);
        assertFalse(html.contains("\u001b") || out.toString().contains("\u001b"));
    }

    @Test
    void gzip_isReplayed() throws IOException {
        Path log = folder.resolve("log.jsonl.gz");
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(prompt("How do I reset my password?").getBytes(StandardCharsets.UTF_8));
        }
        Files.write(log, packed.toByteArray());
        assertEquals(0, replay(log), err.toString());
        assertTrue(out.toString().contains("1 calls replayed"), out.toString());
    }

    @Test
    void cutGzip_isOneLineAndExitCodeOne() throws IOException {
        Path log = folder.resolve("cut.gz");
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(prompt("How do I reset my password?").getBytes(StandardCharsets.UTF_8));
        }
        Files.write(log, Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
        assertFailure(replay(log), "cannot read");
    }

    @Test
    void brokenLines_areCountedAndNamed() throws IOException {
        Path log = log(prompt("one"), "{", prompt("two"), "", "{\"prompt\": 7}", prompt("three"));
        assertEquals(0, replay(log), err.toString());
        assertTrue(out.toString().contains("3 calls replayed"), out.toString());
        assertTrue(out.toString().contains("2 more lines cannot be read"), out.toString());
        assertTrue(out.toString().contains("line 2: "), out.toString());
        assertTrue(out.toString().contains("line 5: prompt must be a string"), out.toString());
    }

    @Test
    void moreBrokenThanNot_isNoLog() throws IOException {
        assertFailure(replay(log(prompt("one"), "{", "[")), "is no log of prompts", "line 2: ");
    }

    @Test
    void emptyFile_saysWhatIsMissing() throws IOException {
        assertFailure(replay(log()), "has no line");
    }

    @Test
    void fileThatIsNot_isNamed() {
        assertFailure(replay(folder.resolve("nowhere.jsonl")), "nowhere.jsonl", "no such file");
    }

    @Test
    void folder_isNoLog() {
        assertFailure(replay(folder), "it is a folder");
    }

    @Test
    void pageThatCannotBeWritten_isToldBeforeTheReplay() {
        assertFailure(replay(EXAMPLE, "--html=" + folder.resolve("no/where.html")), "--html");
    }

    @Test
    void limit_endsTheReplayAndSaysSo() {
        assertEquals(0, replay(EXAMPLE, "--limit=3"), err.toString());
        assertTrue(out.toString().contains("3 calls replayed"), out.toString());
        assertTrue(out.toString().contains("the limit ended it"), out.toString());
    }

    @Test
    void unknownPrices_areUnknownAndNotNothing() throws IOException {
        List<String> lines = IntStream.range(0, 3)
                .mapToObj(i -> "{\"prompt\": \"Is it open?\", \"completion\": \"Yes.\", \"model\": \"nobody-knows\"}")
                .toList();
        assertEquals(0, replay(log(lines.toArray(String[]::new))), err.toString());
        assertTrue(out.toString().contains("cost upstream: unknown"), out.toString());
        assertFalse(out.toString().contains("$0.00"), out.toString());
    }

    @Test
    void misconfiguration_exitCodeTwo() {
        assertEquals(2, replay(EXAMPLE, "--set=decision.cutoff=7"));
    }

    private void assertFailure(int code, String... words) {
        assertEquals(1, code);
        assertEquals("", out.toString());
        assertTrue(err.toString().matches("reprise: [^\\n]+\\n"), err.toString());
        Stream.of(words).forEach(word -> assertTrue(err.toString().contains(word), err.toString()));
    }

    private int replay(Path log, String... options) {
        Path models = Path.of(Objects.requireNonNull(System.getProperty("reprise.models"), "reprise.models"));
        var cli = new RepriseCli(
                config -> {},
                ReplayWiring::replay,
                (config, order) -> new PriceChecker.Findings("", true),
                new Surroundings(folder, models, 2),
                Map.of(),
                new PrintWriter(out),
                new PrintWriter(err));
        String[] command = Stream.concat(Stream.of("replay", log.toString(), CUTOFF), Stream.of(options))
                .toArray(String[]::new);
        return cli.execute(command);
    }

    private Path log(String... lines) throws IOException {
        return Files.write(folder.resolve("log.jsonl"), List.of(lines));
    }

    private static String prompt(String text) {
        return "{\"prompt\": \"" + text + "\"}";
    }
}
