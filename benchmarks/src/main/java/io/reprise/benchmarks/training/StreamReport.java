package io.reprise.benchmarks.training;

import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.training.HeldOutReplay.Tried;
import io.reprise.server.decision.Curve;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What each score serves of the stream where its wrong hits are rare, cross-fitted: each half of the held-out questions is served at a cut-off
 * that was learned from the other half. The best of many cut-offs on the very questions that are measured would look better than it is.
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
     * One half of the questions as it is measured.
     *
     * @param other the half that cut-offs are learned from, under the same judge
     * @param sweep of the other
     */
    private record Fold(HeldOutReplay measured, HeldOutReplay other, List<Tried> sweep) {}

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
                "Cross-fitted: the held-out questions are in two halves, every class within one, and each half is served at what was learned"
                        + " from the other: the cut-off, and what `verified` is put together with. Both halves are counted together. The cut-off is the lowest"
                        + " tried at which wrong / (right + wrong), by the labels as they are and of %d labelled hits or more, was at most what"
                        + " the second column says; what that share came to on the half that was served stands beside it. **As a server"
                        + " starts**: at the cut-off that the product's own calibration finds for a ceiling of %.0f %%, taking half of what is labelled"
                        + " wrong for mislabelled (`docs/verifier.md`). A dash: one of the halves has no such cut-off.",
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
        return List.of(
                fold(judges.forFirst(), judges::isFirst, judges::isSecond),
                fold(judges.forSecond(), judges::isSecond, judges::isFirst));
    }

    private Fold fold(PairJudge judge, Predicate<String> measured, Predicate<String> other) {
        var learned = new HeldOutReplay(stream, judge, other);
        return new Fold(new HeldOutReplay(stream, judge, measured), learned, learned.sweep());
    }

    /** @param learned what is served of a fold, as the other half has it; empty where that half shows no cut-off */
    private static List<String> row(
            ScoredFolds scored, String setting, Function<Fold, Optional<DoublePredicate>> learned) {
        Optional<Served> served = scored.folds().stream()
                .map(fold -> learned.apply(fold).map(fold.measured()::served))
                .reduce((one, other) -> one.flatMap(some -> other.map(some::and)))
                .orElseThrow();
        return List.of(
                scored.score().name(),
                setting,
                served.map(some -> some.rightOfOracle().percent()).orElse("-"),
                served.map(some -> some.wrongOfJudged().percent()).orElse("-"),
                served.map(some -> some.unknownOfHits().percent()).orElse("-"));
    }

    private static Optional<DoublePredicate> byLabels(Fold fold, double rate) {
        return fold.sweep().stream()
                .filter(tried -> tried.served().judged() >= HeldOutReplay.LEAST_JUDGED
                        && tried.served().wrong() <= rate * tried.served().judged())
                .reduce((stricter, laxer) -> laxer)
                .map(tried -> logOdds -> logOdds >= tried.cutoff());
    }

    private static Optional<DoublePredicate> asServersStart(Fold fold) {
        Curve probabilities = fold.other().calibration();
        Curve cutoffs = fold.other().cutoffs(probabilities);
        if ((float) CEILING < cutoffs.first()) {
            return Optional.empty();
        }
        float cutoff = cutoffs.at((float) CEILING);
        return Optional.of(logOdds -> probabilities.at((float) logOdds) >= cutoff);
    }
}
