package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.quality.LookupSet.Group;
import io.reprise.benchmarks.quality.LookupTrials.Column;
import io.reprise.benchmarks.report.Axis;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Plot;
import io.reprise.benchmarks.report.Plot.Dot;
import io.reprise.benchmarks.report.Proportion;
import io.reprise.benchmarks.report.RankCurve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** How policies tell labelled lookups apart: ranks, shares that are served, and plots. */
final class LookupSection {
    private static final long SEED = 1;
    private static final int FEWEST = 20;
    private static final double FALSE_RATE = 0.01;
    private static final double HIGHEST_FALSE_RATE = 0.1;

    private final List<LookupTrials> sets;

    LookupSection(List<LookupTrials> sets) {
        this.sets = sets;
    }

    /** A table of how well scores rank, over all sets and groups that have both labels. */
    void writeRanks(MarkdownReport report) {
        report.section("How well scores tell label 1 from label 0");
        report.paragraph(
                "AUC: the share of couples of a label 1 and a label 0 in which label 1 has the higher score (DeLong interval)."
                        + " Beside it the share of label 1 that is served at the cut-off that serves 1 % of label 0 there (bootstrap interval): a"
                        + " cut-off of that group's own, which no cache can know beforehand. An exact hit ranks before all, what is never served"
                        + " behind all. Groups with fewer than " + FEWEST + " of a label are left out.");
        List<String> head = new ArrayList<>(List.of("set", "label 1 / label 0"));
        sets.getFirst().scores().keySet().forEach(policy -> {
            head.add(policy.name() + ": AUC");
            head.add("label 1 at 1 % of label 0");
        });
        List<List<String>> rows = new ArrayList<>();
        var random = new SplittableRandom(SEED);
        for (LookupTrials trials : sets) {
            if (trials.scores().values().stream()
                    .flatMapToDouble(Arrays::stream)
                    .noneMatch(Double::isFinite)) {
                continue;
            }
            for (String name : trials.set().withBothLabels(FEWEST)) {
                rows.add(ranks(trials, name, random));
            }
        }
        report.table(head, rows);
    }

    /** A table for each set: what is served of each group, under every policy that has a column. */
    void writeShares(MarkdownReport report, String allSettings) {
        report.section("Share that is served, by kind");
        report.paragraph(
                "The first text is stored, the second asked, nothing else. Label 1 ought to be served; served label 0 is a wrong"
                        + " hit. Pairs whose label is marked as suspect are left out. All settings: [" + allSettings
                        + "](" + allSettings
                        + ").");
        for (LookupTrials trials : sets) {
            LookupSet set = trials.set();
            report.paragraph("**" + set.name() + "**" + (set.note().isEmpty() ? "" : ". " + set.note()));
            List<Column> columns =
                    trials.columns().stream().filter(Column::shown).toList();
            List<String> head = new ArrayList<>(List.of("group", "label", "count"));
            columns.forEach(column -> head.add(column.head()));
            List<List<String>> rows = new ArrayList<>();
            set.groups().forEach((group, members) -> {
                List<String> row = new ArrayList<>(List.of(
                        group.name(),
                        Integer.toString(group.label()),
                        String.format(Locale.ROOT, "%,d", members.cardinality())));
                columns.forEach(column -> row.add(trials.served(column, group).toString()));
                rows.add(row);
            });
            report.table(head, rows);
        }
    }

    /**
     * The ranks of one set where few label 0 are served, and where a server starts.
     *
     * @param unaudited what servers start with
     * @param leastFalseRate where the plot begins, above 0
     */
    static Plot nearZero(LookupTrials trials, List<TriedPolicy.Fixed> unaudited, double leastFalseRate) {
        var same = new Group(LookupSet.ALL, true);
        var different = new Group(LookupSet.ALL, false);
        List<List<Dot>> curves = new ArrayList<>();
        List<String> names = new ArrayList<>();
        double highest = 0.1;
        for (var scored : trials.scores().entrySet()) {
            List<Dot> dots = curve(trials.set(), scored.getValue()).points().stream()
                    .filter(point -> point.falseRate() <= HIGHEST_FALSE_RATE)
                    .map(point -> Dot.at(point.falseRate(), point.trueRate()))
                    .toList();
            if (!dots.isEmpty()) {
                highest = Math.max(highest, dots.getLast().y());
                curves.add(dots);
                names.add(scored.getKey().name());
            }
        }
        var plot = new Plot(
                trials.set().name() + ": label 1 served against label 0 served",
                Axis.logarithmic(
                        "label 0 served (log scale; none is drawn at the left end)",
                        leastFalseRate,
                        HIGHEST_FALSE_RATE),
                Axis.linear("label 1 served", 0, Math.ceil(highest * 10) / 10));
        for (int i = 0; i < curves.size(); i++) {
            plot.curve(names.get(i), curves.get(i));
        }
        for (TriedPolicy.Fixed policy : unaudited) {
            Proportion served = trials.served(LookupTrials.of(policy), same);
            Proportion wrong = trials.served(LookupTrials.of(policy), different);
            plot.marks(policy.name(), List.of(Dot.of(wrong, served, null)));
        }
        return plot.vertical("goal: label 0 served <= 1 %", FALSE_RATE);
    }

    private static RankCurve curve(LookupSet set, double[] scores) {
        return curve(set, LookupSet.ALL, scores);
    }

    private static RankCurve curve(LookupSet set, String group, double[] scores) {
        return new RankCurve(set.scores(new Group(group, true), scores), set.scores(new Group(group, false), scores));
    }

    private static List<String> ranks(LookupTrials trials, String group, SplittableRandom random) {
        LookupSet set = trials.set();
        List<String> row = new ArrayList<>(List.of(
                set.name() + (group.equals(LookupSet.ALL) ? "" : ", " + group),
                String.format(
                        Locale.ROOT,
                        "%,d / %,d",
                        set.count(new Group(group, true)),
                        set.count(new Group(group, false)))));
        trials.scores().forEach((policy, scores) -> {
            RankCurve curve = curve(set, group, scores);
            row.add(curve.area().text("%.3f"));
            row.add(curve.trueRateAt(FALSE_RATE, random).percent());
        });
        return row;
    }
}
