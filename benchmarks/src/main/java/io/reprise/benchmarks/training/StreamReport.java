package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.HeldOut;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.training.HeldOutReplay.Tried;
import io.reprise.server.DecisionWiring;
import io.reprise.server.decision.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What each score serves of the stream where its wrong hits are rare, cross-fitted: each part of the held-out questions is served at a cut-off
 * that was learned from the other parts. The best of many cut-offs on the very questions that are measured would look better than it is.
 */
final class StreamReport {
    private static final double[] WRONG_RATES = {0.01, 0.015, 0.02, 0.03};
    /** What a server accepts that is configured to nothing. */
    private static final double CEILING = 0.01;

    /**
     * A score of pairs.
     *
     * @param isServers whether servers decide by it, with probabilities and cut-offs learned from the stream
     */
    record Score(String name, CrossFitted<PairJudge> judges, boolean isServers) {}

    /**
     * One part of the questions as it is measured.
     *
     * @param others the parts that cut-offs are learned from, under the same judge
     * @param sweep of the others
     */
    private record Fold(HeldOutReplay measured, HeldOutReplay others, List<Tried> sweep) {}

    private record ScoredFolds(Score score, List<Fold> folds) {}

    private final MarkdownReport page;
    private final StreamPairs stream;

    StreamReport(MarkdownReport page, StreamPairs stream) {
        this.page = page;
        this.stream = stream;
    }

    /** Writes the section. */
    void write(List<Score> scores) {
        page.section("The stream, with guards: right hits by meaning where wrong ones are rare");
        page.paragraph(String.format(
                Locale.ROOT,
                "Cross-fitted: the held-out questions are in %d parts, every class within one, and each part is served at what was learned"
                        + " from the others: the cut-off, and what `verified` is put together with. All parts are counted together. The cut-off is the lowest"
                        + " tried at which wrong / (right + wrong), by the labels as they are and of %d labelled hits or more, was at most what"
                        + " the second column says; what that share came to on the parts that were served stands beside it. **As a server"
                        + " starts**: at the step of the controller that the product's own calibration finds for a ceiling of %.0f %%, taking half of"
                        + " what is labelled wrong for mislabelled (`docs/verifier.md`). Where the others show no such cut-off, nothing of a part is served"
                        + " by meaning.",
                HeldOut.PARTS,
                HeldOutReplay.LEAST_JUDGED,
                100 * CEILING));
        page.paragraph(
                "95 % intervals: bootstrap over the classes of the questions, 1,000 rounds. They hold for these cut-offs: how much"
                        + " others would have been learned from other questions is not in them.");
        List<ScoredFolds> scored = scores.stream()
                .map(score -> new ScoredFolds(score, folds(score)))
                .toList();
        List<List<String>> rows = new ArrayList<>();
        for (double rate : WRONG_RATES) {
            for (ScoredFolds each : scored) {
                rows.add(row(
                        each, String.format(Locale.ROOT, "at most %.1f %%", 100 * rate), fold -> byLabels(fold, rate)));
            }
        }
        scored.stream()
                .filter(each -> each.score().isServers())
                .forEach(each -> rows.add(row(each, "as a server starts", StreamReport::asServersStart)));
        page.table(
                List.of(
                        "score",
                        "wrong, where learned",
                        "right, of an oracle's",
                        "wrong / (right + wrong)",
                        "unlabelled, of all hits"),
                rows);
    }

    private List<Fold> folds(Score score) {
        CrossFitted<PairJudge> judges = score.judges();
        return IntStream.range(0, judges.forParts().size())
                .parallel()
                .mapToObj(part -> {
                    PairJudge judge = judges.forParts().get(part);
                    var others = new HeldOutReplay(stream, judge, text -> judges.isLearned(part, text));
                    return new Fold(
                            new HeldOutReplay(stream, judge, text -> judges.isMeasured(part, text)),
                            others,
                            others.sweep());
                })
                .toList();
    }

    /** @param learned which log-odds are served of a fold, as the other parts have it */
    private static List<String> row(ScoredFolds scored, String setting, Function<Fold, DoublePredicate> learned) {
        Served served = scored.folds().stream()
                .map(fold -> fold.measured().served(learned.apply(fold)))
                .reduce(Served::and)
                .orElseThrow();
        return List.of(
                scored.score().name(),
                setting,
                served.rightOfOracle().percent(),
                served.wrongOfJudged().percent(),
                served.unknownOfHits().percent());
    }

    private static DoublePredicate byLabels(Fold fold, double rate) {
        return fold.sweep().stream()
                .filter(tried -> tried.served().judged() >= HeldOutReplay.LEAST_JUDGED
                        && tried.served().wrong() <= rate * tried.served().judged())
                .reduce((stricter, laxer) -> laxer)
                .<DoublePredicate>map(tried -> logOdds -> logOdds >= tried.cutoff())
                .orElse(none -> false);
    }

    private static DoublePredicate asServersStart(Fold fold) {
        Curve probabilities = fold.others().calibration();
        double cutoff = DecisionWiring.starting(
                        fold.others().cutoffs(probabilities).asCutoffs())
                .at(CEILING);
        return logOdds -> probabilities.at((float) logOdds) >= cutoff;
    }
}
