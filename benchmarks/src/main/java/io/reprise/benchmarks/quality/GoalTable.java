package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.quality.LookupSet.Group;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is to be reached on the labelled sets, and what a policy does reach. */
final class GoalTable {
    private static final String STREAM = "stream_qqp";

    /** What the two policies reached of one goal. */
    private record Line(String measured, Proportion before, Proportion now, boolean atMost, double limit) {
        boolean isMet() {
            return atMost ? now.rate() <= limit : now.rate() >= limit;
        }

        List<String> cells() {
            String goal = (atMost ? "<= " : ">= ") + percent(limit);
            String verdict = now.of() == 0 ? "-" : isMet() ? "met" : "**missed**";
            return List.of(measured, before.toString(), now.toString(), goal, verdict);
        }

        private static String percent(double share) {
            return String.format(Locale.ROOT, "%.1f %%", 100 * share).replace(".0 %", " %");
        }
    }

    private final Map<String, LookupTrials> sets;
    private final Map<String, List<StreamTrials.Result>> streams;
    private final TriedPolicy.Fixed before;
    private final TriedPolicy.Fixed now;
    private final List<Line> lines = new ArrayList<>();

    /**
     * @param sets by name
     * @param streams results by the stream's name
     * @param before what is compared with
     * @param now what has the goals
     */
    GoalTable(
            Map<String, LookupTrials> sets,
            Map<String, List<StreamTrials.Result>> streams,
            TriedPolicy.Fixed before,
            TriedPolicy.Fixed now) {
        this.sets = sets;
        this.streams = streams;
        this.before = before;
        this.now = now;
        for (String kind : List.of("negation", "number", "antonym", "entity")) {
            served("pairs_synthetic_edits", "kind " + kind, false, 0.01);
        }
        served("pairs_paws_qqp", LookupSet.ALL, false, 0.05);
        served("pairs_contrast", LookupSet.ALL, false, 0.02);
        for (String kind : List.of("case_punct", "typo", "polite", "contraction", "spelling", "whitespace")) {
            served("pairs_synthetic_edits", "kind " + kind, true, 0.90);
        }
        served("pairs_medical", LookupSet.ALL, true, 0.35);
        served("pairs_medical", LookupSet.ALL, false, 0.01);
        served("pairs_qqp", LookupSet.ALL, true, 0.30);
        served("pairs_qqp", LookupSet.ALL, false, 0.01);
        served("pairs_intents", LookupSet.ALL, false, 0.005);
        served("multiturn", LookupSet.ALL, false, 0);
        stream();
    }

    void write(MarkdownReport report) {
        report.table(
                List.of("measured", before.name(), now.name(), "goal", ""),
                lines.stream().map(Line::cells).toList());
        long met = lines.stream().filter(Line::isMet).count();
        report.paragraph(String.format(
                Locale.ROOT,
                "%d of %d goals are met. What is met or missed is the measured share, not its interval.",
                met,
                lines.size()));
    }

    private void served(String set, String group, boolean same, double limit) {
        LookupTrials trials = sets.get(set);
        if (trials != null) {
            var members = new Group(group, same);
            lines.add(new Line(
                    "`" + set + "` " + (group.equals(LookupSet.ALL) ? "" : group + ", ")
                            + (same ? "label 1 served" : "label 0 served"),
                    trials.served(LookupTrials.of(before), members),
                    trials.served(LookupTrials.of(now), members),
                    !same,
                    limit));
        }
    }

    private void stream() {
        Tally then = tally(before);
        Tally today = tally(now);
        String name = "`" + STREAM + "` ";
        lines.add(new Line(
                name + "right semantic hits, of those an oracle has", then.ofOracle(), today.ofOracle(), false, 0.5));
        lines.add(new Line(
                name + "semantic hits: wrong / (right + wrong)",
                then.wrongOfJudged(),
                today.wrongOfJudged(),
                true,
                0.01));
        lines.add(new Line(
                name + "semantic hits: unknown",
                then.ofSemantic(then.unknown()),
                today.ofSemantic(today.unknown()),
                true,
                0.10));
    }

    private Tally tally(TriedPolicy.Fixed policy) {
        return streams.getOrDefault(STREAM, List.of()).stream()
                .filter(result -> result.policy().equals(policy))
                .findFirst()
                .map(StreamTrials.Result::tally)
                .orElse(Tally.EMPTY);
    }
}
