package io.reprise.benchmarks.micro;

import io.reprise.benchmarks.corpus.EvaluationData;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.benchmarks.report.MachineFacts;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Proportion;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the JMH benchmarks and writes what they found.
 *
 * <pre>{@code
 * benchmarks/run micro --out benchmarks/results/micro.md       # about 15 minutes, and 5 more the first time
 * benchmarks/run micro --include Lookup --quick                # a quick look at one class
 * }</pre>
 */
@Command(name = "micro", mixinStandardHelpOptions = true, description = "JMH benchmarks.")
public final class Microbenchmarks implements Callable<Integer> {

    @Option(
            names = "--include",
            defaultValue = "Benchmark",
            description = "Regular expression of names (default: all).")
    private String include = "Benchmark";

    @Option(names = "--quick", description = "10,000 entries and short iterations: shows that it works, not how fast.")
    private boolean quick;

    @Option(names = "--out", description = "Markdown file for the result.")
    private @Nullable Path out;

    private final Workspace workspace = Workspace.ofProcess();

    /** Runs it with the arguments of the command line. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Microbenchmarks()).execute(args));
    }

    @Override
    public Integer call() throws RunnerException {
        MachineFacts facts = MachineFacts.here(workspace.root(), Clock.systemUTC());
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(include)
                .shouldFailOnError(true)
                .jvmArgsAppend(
                        "-Dreprise.root=" + workspace.root(),
                        "-Dreprise.eval.data=" + workspace.evaluationData(),
                        "-Dreprise.models=" + workspace.modelFolder().getParent(),
                        "-Dreprise.scratch=" + workspace.scratch());
        if (quick) {
            TimeValue second = TimeValue.seconds(1);
            options.warmupIterations(1)
                    .warmupTime(second)
                    .measurementIterations(2)
                    .measurementTime(second);
            options.param("entries", "10000");
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        var report = new MarkdownReport(
                "Microbenchmarks", facts, "benchmarks/run micro --include " + include + (quick ? " --quick" : ""));
        report.paragraph("JMH, mean time of a call on one thread with its 99.9 % interval. Indexes hold "
                + (EvaluationData.in(workspace.evaluationData()).isPresent()
                        ? "real questions of the evaluation data."
                        : "made-up questions and seeded clustered vectors: the evaluation data is not here."));
        report.table(List.of("benchmark", "parameters", "time", "+-", "unit", "beside it"), rows(results));
        report.write(out);
        return 0;
    }

    private static List<List<String>> rows(Collection<RunResult> results) {
        List<List<String>> rows = new ArrayList<>();
        for (RunResult result : results) {
            String name = result.getParams().getBenchmark();
            Result<?> time = result.getPrimaryResult();
            rows.add(List.of(
                    name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1),
                    result.getParams().getParamsKeys().stream()
                            .map(key -> key + "=" + result.getParams().getParam(key))
                            .collect(Collectors.joining(", ")),
                    String.format(Locale.ROOT, "%,.2f", time.getScore()),
                    String.format(Locale.ROOT, "%,.2f", time.getScoreError()),
                    time.getScoreUnit(),
                    recall(result)));
        }
        return rows;
    }

    /** The share of searches that were right, for a benchmark that counts them. */
    private static String recall(RunResult result) {
        Result<?> asked = result.getSecondaryResults().get("asked");
        Result<?> right = result.getSecondaryResults().get("right");
        return asked == null || right == null
                ? ""
                : "recall@1 " + new Proportion((long) right.getScore(), (long) asked.getScore());
    }
}
