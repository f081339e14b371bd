package io.reprise.benchmarks.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.benchmarks.ServerDefaults;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Proportion;
import io.reprise.server.Server;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.StrictJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Long prompts, of an instruction and a text of 300 to 8,000 tokens that it is about: how many are served when the
 * instruction is worded otherwise, and whether any is when the text has changed by a word, a digit or a sentence.
 *
 * <pre>{@code
 * benchmarks/run long-prompts --out benchmarks/results/long-prompts.md    # a few minutes
 * }</pre>
 */
@Command(
        name = "long-prompts",
        mixinStandardHelpOptions = true,
        description = "What is served of long prompts when their instruction or their text changes.")
public final class LongPrompts implements Callable<Integer> {
    private static final String MODEL = "gpt-4o";
    private static final int LEAST_TOKENS = 300;
    private static final int MOST_TOKENS = 8_000;
    private static final int EDITS_EACH = 4;
    private static final String HIT = "hit";

    @Option(names = "--prompts", defaultValue = "500", description = "How many (default: ${DEFAULT-VALUE}).")
    private int prompts;

    @Option(names = "--seed", defaultValue = "1", description = "Of texts and edits (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    private final Workspace workspace = Workspace.ofProcess();
    private final HttpClient http = HttpClient.newHttpClient();
    private final TokenCounter tokens = new TokenCounter();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new LongPrompts()).execute(args));
    }

    /** How many of a kind were asked, and how many of them were served by meaning or as equal. */
    private static final class Served {
        private final Map<String, int[]> byKind = new TreeMap<>();

        void add(String kind, boolean served) {
            int[] counts = byKind.computeIfAbsent(kind, any -> new int[2]);
            counts[0] += served ? 1 : 0;
            counts[1]++;
        }

        List<List<String>> rows() {
            List<List<String>> rows = new ArrayList<>();
            int[] all = new int[2];
            byKind.forEach((kind, counts) -> {
                rows.add(
                        List.of(kind, new Proportion(counts[0], counts[1]).toString(), counts[0] + " of " + counts[1]));
                all[0] += counts[0];
                all[1] += counts[1];
            });
            rows.add(List.of("all", new Proportion(all[0], all[1]).toString(), all[0] + " of " + all[1]));
            return rows;
        }
    }

    @Override
    public Integer call() {
        var random = new Random(seed);
        List<List<String>> tasks = LongTexts.tasks();
        Path evaluation = workspace.evaluationData();
        var texts = new LongTexts(workspace.root().resolve("models/training/data"), evaluation, random);
        Map<String, Integer> misses = new TreeMap<>();
        var reworded = new Served();
        var otherTask = new Served();
        var edited = new Served();
        Path data = workspace.scratch().resolve("long-prompts-data");
        PreparedData.delete(data);
        try (Server server = Server.start(
                ServerDefaults.config(workspace, "port=0", "data=" + data, "log_level=warn"), Clock.systemUTC())) {
            String url = "http://127.0.0.1:" + server.port();
            for (int n = 0; n < prompts; n++) {
                List<String> wordings = tasks.get(n % tasks.size());
                List<String> other = tasks.get((n + 1 + random.nextInt(tasks.size() - 1)) % tasks.size());
                String text = texts.draw(
                        LEAST_TOKENS + (int) ((MOST_TOKENS - LEAST_TOKENS) * Math.pow(random.nextDouble(), 3)), tokens);
                Place place = Place.ALL.get(random.nextInt(Place.ALL.size()));
                int stored = random.nextInt(wordings.size());
                int asked = (stored + 1 + random.nextInt(wordings.size() - 1)) % wordings.size();
                store(url, place.prompt(wordings.get(stored), text));
                String why = outcome(url, place.prompt(wordings.get(asked), text));
                reworded.add(place.words(), why.equals(HIT));
                if (!why.equals(HIT)) {
                    misses.merge(why, 1, Integer::sum);
                }
                otherTask.add(place.words(), isServed(url, place.prompt(other.get(0), text)));
                for (int edit = 0; edit < EDITS_EACH; edit++) {
                    List<LongTexts.Edit> kinds = List.of(LongTexts.Edit.values());
                    LongTexts.Edit kind = kinds.get(random.nextInt(kinds.size()));
                    String changed = kind.of(text, random);
                    String wording = wordings.get(random.nextBoolean() ? stored : asked);
                    edited.add(kind.words(), isServed(url, place.prompt(wording, changed)));
                }
            }
        } finally {
            PreparedData.delete(data);
        }
        report(texts.kinds(), reworded, misses, otherTask, edited);
        return 0;
    }

    private void report(String kinds, Served reworded, Map<String, Integer> misses, Served otherTask, Served edited) {
        var report = new MarkdownReport(
                "Long prompts",
                MachineFacts.here(workspace.root(), Clock.systemUTC()),
                "benchmarks/run long-prompts --prompts " + prompts + " --seed " + seed);
        report.paragraph("An instruction and a text of " + LEAST_TOKENS + " to " + MOST_TOKENS + " tokens (o200k, the"
                + " shorter the more often): " + kinds + ". Each is stored, then"
                + " asked with the instruction in other words, with another instruction, and with the text changed. The"
                + " server has its default settings. Intervals are Wilson's, 95 %.");
        List<String> head = List.of("", "served", "count");
        report.section("The same instruction in other words: should be served");
        report.table(head, reworded.rows());
        report.paragraph("Why the others were not:");
        report.table(
                List.of("reason", "count"),
                misses.entrySet().stream()
                        .map(reason -> List.of(reason.getKey(), String.valueOf(reason.getValue())))
                        .toList());
        report.section("Another instruction: should not");
        report.table(head, otherTask.rows());
        report.section("The text changed: should not");
        report.table(head, edited.rows());
        report.write(out);
    }

    /** Where the instruction stands. */
    private record Place(String words, BinaryOperator<String> form) {
        static final List<Place> ALL = List.of(
                new Place(
                        "instruction, colon, text",
                        (instruction, text) -> instruction.replaceFirst("[?.]$", "") + ":\n\n" + text),
                new Place("instruction, line break, text", (instruction, text) -> instruction + "\n\n" + text),
                new Place("text, line break, instruction", (instruction, text) -> text + "\n\n" + instruction),
                new Place(
                        "instruction, a line \"Text:\", text",
                        (instruction, text) -> instruction + "\n\nText:\n" + text),
                new Place(
                        "instruction, text in a fence",
                        (instruction, text) -> instruction + "\n\n```\n" + text + "\n```"),
                new Place(
                        "text in tags, instruction",
                        (instruction, text) -> "<text>\n" + text + "\n</text>\n\n" + instruction),
                new Place(
                        "instruction, text in quotes, what else to mind",
                        (instruction, text) -> instruction + "\n\n\"\"\"\n" + text + "\n\"\"\"\n\nUse plain words."),
                new Place("instruction, two texts in fences", (instruction, text) -> {
                    int half = text.indexOf(' ', text.length() / 2);
                    return instruction + "\n\nFirst part:\n```\n" + text.substring(0, half)
                            + "\n```\n\nSecond part:\n```\n" + text.substring(half + 1) + "\n```";
                }));

        String prompt(String instruction, String text) {
            return form.apply(instruction, text);
        }
    }

    private void store(String url, String prompt) {
        ObjectNode body =
                StrictJson.object().put("prompt", prompt).put("model", MODEL).put("completion", "an answer");
        HttpResponse<String> answer = post(url + "/v1/cache/entries", body);
        if (answer.statusCode() != 201) {
            throw new IllegalStateException("not stored: " + answer.statusCode() + " " + answer.body());
        }
    }

    private boolean isServed(String url, String prompt) {
        return outcome(url, prompt).equals(HIT);
    }

    /** {@link #HIT}, or the reason of the miss. */
    private String outcome(String url, String prompt) {
        ObjectNode body = StrictJson.object().put("prompt", prompt).put("model", MODEL);
        HttpResponse<String> answer = post(url + "/v1/cache/lookup", body);
        JsonNode found = StrictJson.parse(answer.body().getBytes(StandardCharsets.UTF_8));
        return found.path("outcome").asText().equals(HIT)
                ? HIT
                : found.path("reason").asText();
    }

    private HttpResponse<String> post(String url, ObjectNode body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(StrictJson.bytes(body)))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
