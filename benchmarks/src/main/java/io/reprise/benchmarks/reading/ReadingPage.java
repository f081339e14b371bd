package io.reprise.benchmarks.reading;

import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Proportion;
import io.reprise.benchmarks.report.RankCurve;
import io.reprise.server.decision.CrossCalibration;
import io.reprise.server.decision.CrossCalibration.Weights;
import io.reprise.server.decision.Curve;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a calibration is, and what is served with it, as a page. */
final class ReadingPage {
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");
    /** Share of words from which on two texts are worded nearly alike. */
    private static final double NEAR = 0.4;

    private static final List<Double> FLOORS = List.of(0.3, 0.4, 0.5, 0.6, 0.7, 0.8);
    private static final double FALSE_RATE = 0.01;
    private static final long SEED = 17;
    /** Below every score. */
    private static final double NEVER = -1e6;

    private final MarkdownReport page;
    private final Readings readings;
    private final CrossCalibration calibration;
    private final Predicate<Case> serves;

    /** @param serves whether the policy serves a case, as a server starts */
    ReadingPage(MarkdownReport page, Readings readings, CrossCalibration calibration, Predicate<Case> serves) {
        this.page = page;
        this.readings = readings;
        this.calibration = calibration;
        this.serves = serves;
    }

    /**
     * The numbers of the calibration.
     *
     * @param chosenBy the pairs that the cut-offs were chosen by, with their probabilities
     * @param cutoff that the server starts with
     */
    void calibration(List<Calibrating.Judged> chosenBy, double rate, double cutoff) {
        page.section("The calibration");
        Weights weights = calibration.weights();
        page.paragraph(String.format(
                Locale.ROOT,
                "Log-odds: %.3f + %.3f x the reader's (%.1f at most) + %.3f x the cosine, %.1f less where a text is"
                        + " surely not English; a curve makes probabilities of them. Learned on the part *choose* of"
                        + " families and of pairs that were read, those that no guard forbids; families count as many as"
                        + " the pairs that were read, in the same proportion of labels. A server that asks for %.1f %%"
                        + " starts at %.3f.",
                weights.bias(),
                weights.read(),
                weights.mostRead(),
                weights.cosine(),
                weights.foreign(),
                100 * rate,
                cutoff));
        page.paragraph(
                "Cut-offs: the least probability at which the expected share of wrong ones among those served is no"
                        + " more than asked for, (wrong + 1/2) / (served + 1), on the pairs of *choose* that were read,"
                        + " which are nearest neighbours of real streams. Intervals are Wilson's, 95 %.");
        Curve cutoffs = calibration.cutoffs();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < cutoffs.inputs().length; i++) {
            float least = cutoffs.outputs()[i];
            List<Calibrating.Judged> served = chosenBy.stream()
                    .filter(judged -> judged.probability() >= least)
                    .toList();
            long same = chosenBy.stream().filter(Calibrating.Judged::same).count();
            long right = served.stream().filter(Calibrating.Judged::same).count();
            rows.add(List.of(
                    String.format(Locale.ROOT, "%.2f %%", 100 * cutoffs.inputs()[i]),
                    String.format(Locale.ROOT, "%.4f", least),
                    new Proportion(right, same).toString(),
                    new Proportion(served.size() - right, served.size()).toString()));
        }
        page.table(List.of("wrong at most", "probability", "served of the same", "wrong of the served"), rows);
    }

    /**
     * What is kept out by each floor on the cosine, of pairs that ask the same and that no model here has learned from.
     */
    void floors(List<Case> cases) {
        page.section("The floor");
        page.paragraph("Families of all parts: pairs that lie below a cosine.");
        List<List<String>> rows = new ArrayList<>();
        for (double floor : FLOORS) {
            rows.add(List.of(
                    String.format(Locale.ROOT, "%.2f", floor),
                    below(cases, floor, true).toString(),
                    below(cases, floor, false).toString()));
        }
        page.table(List.of("floor", "same, below", "different, below"), rows);
    }

    private Proportion below(List<Case> cases, double floor, boolean same) {
        int below = 0;
        int compared = 0;
        for (Case each : cases) {
            Float cosine = each.same() == same ? readings.cosine(each) : null;
            if (cosine != null) {
                compared++;
                below += cosine < (float) floor ? 1 : 0;
            }
        }
        return new Proportion(below, compared);
    }

    /** How well scores tell the labels apart, whatever the cut-off. */
    void ranking(Map<String, List<Case>> sets) {
        page.section("Ranking");
        page.paragraph(
                "Area under the curve, and the share of the same above the score that 1 % of the different reach: of"
                        + " the cosine alone, of the reader alone, and of what decides, guards included. Pairs that are"
                        + " not compared by meaning come last. Only what the part *measure* holds, and sets that only"
                        + " measure.");
        List<List<String>> rows = new ArrayList<>();
        sets.forEach((name, cases) -> {
            long same = cases.stream().filter(Case::same).count();
            if (same == 0 || same == cases.size()) {
                return;
            }
            rows.add(List.of(
                    name + " (" + same + " + " + (cases.size() - same) + ")",
                    rank(cases, Readings.Found::cosine),
                    rank(cases, Readings.Found::read),
                    rank(cases, this::score)));
        });
        page.table(List.of("set (same + different)", "cosine", "reader", "decides"), rows);
    }

    private double score(Readings.Found found) {
        return found.vetoes().isEmpty() ? calibration.logOdds(found.read(), found.cosine(), found.isForeign()) : NEVER;
    }

    private String rank(List<Case> cases, ToDoubleFunction<Readings.Found> score) {
        var curve = new RankCurve(scores(cases, true, score), scores(cases, false, score));
        return curve.area().text("%.3f") + "; "
                + curve.trueRateAt(FALSE_RATE, new SplittableRandom(SEED)).percent();
    }

    private double[] scores(List<Case> cases, boolean same, ToDoubleFunction<Readings.Found> score) {
        return cases.stream()
                .filter(each -> each.same() == same)
                .mapToDouble(each -> {
                    Readings.Found found = readings.of(each);
                    return found == null ? NEVER : Math.max(NEVER, score.applyAsDouble(found));
                })
                .toArray();
    }

    /** What is served of families that only measure. */
    void families(List<Case> cases) {
        page.section("Families, served as a server starts");
        served(cases, each -> isNear(each) ? "two fifths of the words shared, or more" : "fewer words shared");
        page.paragraph("The different ones, by what differs:");
        served(cases.stream().filter(each -> !each.same()).toList(), Case::kind);
    }

    /** What is served of pairs that were read and that only measure, and how often that is wrong. */
    void read(List<Case> cases, List<Calibrating.Judged> judged) {
        page.section("Pairs that were read, served as a server starts");
        List<List<String>> rows = new ArrayList<>();
        grouped(cases, Case::kind)
                .forEach((kind, group) -> rows.add(List.of(
                        kind, proportion(group, true).toString(), wrong(group).toString())));
        rows.add(List.of("all", proportion(cases, true).toString(), wrong(cases).toString()));
        page.table(List.of("source", "served of the same", "wrong of the served"), rows);
        page.paragraph("The same at other cut-offs on the probability:");
        List<List<String>> curve = new ArrayList<>();
        long same = judged.stream().filter(Calibrating.Judged::same).count();
        for (int i = calibration.cutoffs().outputs().length - 1; i >= 0; i--) {
            float cutoff = calibration.cutoffs().outputs()[i];
            long served =
                    judged.stream().filter(one -> one.probability() >= cutoff).count();
            long right = judged.stream()
                    .filter(one -> one.probability() >= cutoff && one.same())
                    .count();
            curve.add(List.of(
                    String.format(Locale.ROOT, "%.4f", cutoff),
                    new Proportion(right, same).toString(),
                    new Proportion(served - right, served).toString()));
        }
        page.table(List.of("cut-off", "served of the same", "wrong of the served"), curve);
    }

    private Proportion wrong(List<Case> cases) {
        long served = cases.stream().filter(serves).count();
        long wrong =
                cases.stream().filter(each -> !each.same() && serves.test(each)).count();
        return new Proportion(wrong, served);
    }

    /** What is served of a set that only measures. */
    void set(String name, List<Case> cases) {
        page.section(name + ", served as a server starts");
        served(cases, Case::kind);
    }

    private void served(List<Case> cases, Function<Case, String> group) {
        Map<String, List<Case>> groups = grouped(cases, group);
        List<List<String>> rows = new ArrayList<>();
        groups.forEach((name, members) -> rows.add(List.of(
                name,
                proportion(members, true).toString(),
                proportion(members, false).toString())));
        if (groups.size() > 1) {
            rows.add(List.of(
                    "all",
                    proportion(cases, true).toString(),
                    proportion(cases, false).toString()));
        }
        page.table(List.of("", "same, served", "different, served"), rows);
    }

    private Proportion proportion(List<Case> cases, boolean same) {
        List<Case> of = cases.stream().filter(each -> each.same() == same).toList();
        return new Proportion(of.stream().filter(serves).count(), of.size());
    }

    private static Map<String, List<Case>> grouped(List<Case> cases, Function<Case, String> by) {
        return cases.stream().collect(Collectors.groupingBy(by, TreeMap::new, Collectors.toList()));
    }

    private static boolean isNear(Case pair) {
        Set<String> stored = words(pair.stored());
        Set<String> all = new HashSet<>(words(pair.asked()));
        long shared = all.stream().filter(stored::contains).count();
        all.addAll(stored);
        return shared >= NEAR * all.size();
    }

    private static Set<String> words(String text) {
        return Arrays.stream(NO_WORD.split(text.toLowerCase(Locale.ROOT), -1))
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet());
    }
}
