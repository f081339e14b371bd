package io.reprise.benchmarks.bill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.reprise.benchmarks.corpus.PreparedData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.server.Server;
import io.reprise.server.config.ConfigLoader;
import io.reprise.server.config.FlagSetting;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.config.Surroundings;
import io.reprise.server.testupstream.EverydayQuestions;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.Scenario;
import io.reprise.server.testupstream.TestUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Eight everyday questions in four wordings each, once and sixteen times in an order by chance, against the test
 * upstream, which answers rightly in one of several wordings: what is asked upstream, what is spent and what is saved,
 * after every single call.
 *
 * <pre>{@code
 * benchmarks/run bill --out benchmarks/results/bill.md    # about 2 minutes
 * benchmarks/run bill --quick                             # 32 calls, 3 wordings
 * }</pre>
 *
 * <p>It fails when at any moment less than nothing is saved beyond 1 % of what is spent, or, without a judge, when more
 * is asked upstream than callers ask.
 */
@Command(name = "bill", mixinStandardHelpOptions = true, description = "What everyday questions cost and save.")
public final class EverydayBill implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JUDGE = "gpt-4o-mini";
    private static final String MODEL = "gpt-4o";
    private static final int ROUNDS = 16;
    private static final double TOLERATED = 0.01;
    private static final int MAX_LOOKS = 100;
    private static final long LOOK_NANOS = 100_000_000;

    @Option(names = "--seed", defaultValue = "1", description = "Of order and wordings (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--quick", description = "32 calls and 3 wordings: shows that it works.")
    private boolean quick;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    private final Workspace workspace = Workspace.ofProcess();
    private final HttpClient http = HttpClient.newHttpClient();

    /** A way to configure the server. */
    private record Setup(String words, boolean judges, List<String> settings) {
        private static final String OWN_KEY = "upstream.openai.api_key=sk-operator";
        private static final String BUDGET = "audits.budget=0.03";
        private static final String NAMED = "audits.judge.model=" + JUDGE;

        static final List<Setup> ALL = List.of(
                new Setup("default", false, List.of()),
                new Setup("audits off", false, List.of("audits.budget=0", OWN_KEY)),
                new Setup("a judge, budget 0.03", true, List.of(BUDGET, NAMED, OWN_KEY)),
                new Setup(
                        "a judge, budget 0.03, first_rate 1",
                        true,
                        List.of(BUDGET, NAMED, OWN_KEY, "audits.first_rate=1")));
    }

    /**
     * What a run came to.
     *
     * @param upstream calls that upstream has got, those of audits and of the judge among them
     * @param wrong hits by meaning with the answer to another question
     * @param lowest the smallest that was ever saved, in US dollars
     * @param broken the first moment at which less than nothing was saved beyond what is tolerated, or more was asked
     *     than may be; or null
     */
    private record Bill(
            int upstream,
            JsonNode total,
            int wrong,
            double lowest,
            @Nullable String broken) {}

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new EverydayBill()).execute(args));
    }

    @Override
    public Integer call() {
        var report = new MarkdownReport(
                "The bill of everyday questions",
                MachineFacts.here(workspace.root(), Clock.systemUTC()),
                "benchmarks/run bill --seed " + seed + (quick ? " --quick" : ""));
        report.paragraph(String.format(
                Locale.ROOT,
                "Eight everyday questions in four wordings each, asked of `%s` with the default decision; upstream"
                        + " answers rightly, in one of several"
                        + " wordings by chance. The judge, `%s`, calls right answers the same. *Lowest* is the least"
                        + " that was ever saved, after"
                        + " whatever call; it may not be below nothing by more than %.0f %% of what was spent.",
                MODEL,
                JUDGE,
                100 * TOLERATED));
        List<String> broken = new ArrayList<>();
        for (int rounds : quick ? List.of(1) : List.of(1, ROUNDS)) {
            List<List<String>> rows = new ArrayList<>();
            for (int wordings : quick ? List.of(3) : List.of(1, 3, 8)) {
                for (Setup setup : Setup.ALL) {
                    Bill bill = run(setup, wordings, rounds);
                    rows.add(row(setup, wordings, bill));
                    if (bill.broken() != null) {
                        broken.add(rows.getLast() + ": " + bill.broken());
                    }
                }
            }
            report.section(EverydayQuestions.wordings().size() * rounds + " calls");
            report.table(
                    List.of(
                            "setting",
                            "wordings",
                            "calls upstream",
                            "hits exact",
                            "by meaning",
                            "wrong",
                            "audits",
                            "spent $",
                            "of it audits $",
                            "saved $",
                            "lowest $"),
                    rows);
        }
        report.paragraph(
                broken.isEmpty()
                        ? "Nowhere was less than nothing saved, nor, without a judge, more asked upstream than callers"
                                + " asked."
                        : "**Broken:** " + String.join("; ", broken));
        report.write(out);
        return broken.isEmpty() ? 0 : 1;
    }

    private static List<String> row(Setup setup, int wordings, Bill bill) {
        JsonNode total = bill.total();
        return List.of(
                setup.words(),
                Integer.toString(wordings),
                Integer.toString(bill.upstream()),
                total.path("exact_hits").asText(),
                total.path("semantic_hits").asText(),
                Integer.toString(bill.wrong()),
                Integer.toString(total.path("audits").asInt()),
                total.path("spent_usd").asText(),
                total.path("audit_usd").asText("0"),
                total.path("saved_usd").asText(),
                String.format(Locale.ROOT, "%.6f", bill.lowest()));
    }

    private Bill run(Setup setup, int wordings, int rounds) {
        Path data = workspace.scratch().resolve("bill-data");
        PreparedData.delete(data);
        var random = new Random(seed);
        try (TestUpstream upstream = TestUpstream.start()) {
            Scenario answers = EverydayQuestions.answeredIn(wordings, new Random(seed + 1)::nextInt);
            Scenario judged = Scenario.always(Reply.text("SAME"));
            upstream.answer(request ->
                    isJudgement(request.json().orElse(null)) ? judged.replyTo(request) : answers.replyTo(request));
            try (Server server = Server.start(config(setup, data, upstream.url()), Clock.systemUTC())) {
                return asked(setup, calls(rounds, random), upstream, "http://127.0.0.1:" + server.port());
            }
        } finally {
            PreparedData.delete(data);
        }
    }

    private static boolean isJudgement(@Nullable JsonNode body) {
        return body != null && body.path("model").asText().equals(JUDGE);
    }

    private static List<String> calls(int rounds, Random random) {
        List<String> calls = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<String> wordings = new ArrayList<>(EverydayQuestions.wordings());
            Collections.shuffle(wordings, random);
            calls.addAll(wordings);
        }
        return calls;
    }

    private Bill asked(Setup setup, List<String> calls, TestUpstream upstream, String url) {
        int wrong = 0;
        double lowest = 0;
        String broken = null;
        for (int asked = 1; asked <= calls.size(); asked++) {
            String wording = calls.get(asked - 1);
            HttpResponse<String> answer = post(url, wording);
            boolean isHit = answer.headers()
                    .firstValue("x-reprise-outcome")
                    .filter("semantic"::equals)
                    .isPresent();
            String words = read(answer.body()).at("/choices/0/message/content").asText();
            wrong += isHit && !EverydayQuestions.isRight(wording, words) ? 1 : 0;
            JsonNode total = total(url);
            double saved = total.path("saved_usd").asDouble();
            double spent = total.path("spent_usd").asDouble();
            lowest = Math.min(lowest, saved);
            int upstreamCalls = upstream.log().counts().received();
            if (broken == null && (saved < -TOLERATED * spent || (!setup.judges() && upstreamCalls > asked))) {
                broken =
                        "after " + asked + " calls " + upstreamCalls + " upstream, saved " + saved + ", spent " + spent;
            }
        }
        JsonNode total = booked(url, calls.size());
        return new Bill(upstream.log().counts().received(), total, wrong, lowest, broken);
    }

    /** What the ledger says when all is in it: the last call is booked behind its reply, and so are audits. */
    private JsonNode booked(String url, int calls) {
        JsonNode before = total(url);
        for (int looks = 0; looks < MAX_LOOKS; looks++) {
            LockSupport.parkNanos(LOOK_NANOS);
            JsonNode now = total(url);
            if (now.equals(before) && now.path("calls").asInt() == calls) {
                return now;
            }
            before = now;
        }
        throw new IllegalStateException("the ledger does not come to rest: " + before);
    }

    private ServerConfig config(Setup setup, Path data, String upstreamUrl) {
        List<String> settings = new ArrayList<>(
                List.of("port=0", "data=" + data, "log_level=warn", "upstream.openai.url=" + upstreamUrl));
        settings.addAll(setup.settings());
        List<FlagSetting> flags = settings.stream()
                .map(setting -> setting.split("=", 2))
                .map(parts -> new FlagSetting("--set", parts[0], parts[1]))
                .toList();
        var surroundings = new Surroundings(
                workspace.root(),
                workspace.modelFolder().resolveSibling("."),
                Runtime.getRuntime().availableProcessors());
        return new ConfigLoader(surroundings).load(null, Map.of(), flags).config();
    }

    private HttpResponse<String> post(String url, String question) {
        var body = JSON.createObjectNode().put("model", MODEL);
        body.putArray("messages").addObject().put("role", "user").put("content", question);
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(url + "/v1/chat/completions"))
                .header("content-type", "application/json")
                .header("authorization", "Bearer sk-caller")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer;
    }

    private JsonNode total(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/savings"))
                .header("authorization", "Bearer sk-caller")
                .build();
        return read(send(request).body()).path("total");
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
