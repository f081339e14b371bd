package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.quality.LookupSet.Group;
import io.reprise.benchmarks.report.MarkdownReport;
import io.reprise.benchmarks.report.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** What is to be reached on the labelled sets, and what policies do reach. */
final class GoalTable {
    private static final String STREAM = "stream_qqp";

    /**
     * What the policies reached of one goal.
     *
     * @param reached of what is compared with, then of those that have the goals
     */
    private record Line(String measured, List<Proportion> reached, boolean atMost, double limit) {
        Line {
            reached = List.copyOf(reached);
        }

        boolean isMet(int policy) {
            Proportion share = reached.get(policy);
            return share.of() > 0 && (atMost ? share.rate() <= limit : share.rate() >= limit);
        }

        List<String> cells() {
            List<String> cells = new ArrayList<>(List.of(measured, (atMost ? "<= " : ">= ") + percent(limit)));
            for (int policy = 0; policy < reached.size(); policy++) {
                Proportion share = reached.get(policy);
                String verdict = policy == 0 || share.of() == 0 ? "" : isMet(policy) ? " met" : " **missed**";
                cells.add(share + verdict);
            }
            return cells;
        }

        private static String percent(double share) {
            return String.format(Locale.ROOT, "%.1f %%", 100 * share).replace(".0 %", " %");
        }
    }

    private final Map<String, LookupTrials> sets;
    private final Map<String, List<StreamTrials.Result>> streams;
    private final List<TriedPolicy.Fixed> policies = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();

    /**
     * @param sets by name
     * @param streams results by the stream's name
     * @param before what is compared with
     * @param now what have the goals
     */
    GoalTable(
            Map<String, LookupTrials> sets,
            Map<String, List<StreamTrials.Result>> streams,
            TriedPolicy.Fixed before,
            List<TriedPolicy.Fixed> now) {
        this.sets = sets;
        this.streams = streams;
        policies.add(before);
        policies.addAll(now);
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
        served("prompts_llm", LookupSet.ALL, false, 0);
        stream();
    }

    void write(MarkdownReport report) {
        List<String> head = new ArrayList<>(List.of("measured", "goal"));
        policies.forEach(policy -> head.add(policy.name()));
        report.table(head, lines.stream().map(Line::cells).toList());
        for (int policy = 1; policy < policies.size(); policy++) {
            int number = policy;
            long met = lines.stream().filter(line -> line.isMet(number)).count();
            report.paragraph(String.format(
                    Locale.ROOT,
                    "%s: %d of %d goals are met. What is met or missed is the measured share, not its interval.",
                    policies.get(policy).name(),
                    met,
                    lines.size()));
        }
    }

    private void served(String set, String group, boolean same, double limit) {
        LookupTrials trials = sets.get(set);
        if (trials != null) {
            var members = new Group(group, same);
            lines.add(new Line(
                    "`" + set + "` " + (group.equals(LookupSet.ALL) ? "" : group + ", ")
                            + (same ? "label 1 served" : "label 0 served"),
                    policies.stream()
                            .map(policy -> trials.served(LookupTrials.of(policy), members))
                            .toList(),
                    !same,
                    limit));
        }
    }

    private void stream() {
        String name = "`" + STREAM + "` ";
        line(name + "right semantic hits, of those an oracle has", Tally::ofOracle, false, 0.5);
        line(name + "semantic hits: wrong / (right + wrong)", Tally::wrongOfJudged, true, 0.01);
        line(name + "semantic hits: unknown", tally -> tally.ofSemantic(tally.unknown()), true, 0.10);
    }

    private void line(String measured, Function<Tally, Proportion> share, boolean atMost, double limit) {
        List<Proportion> shares =
                policies.stream().map(policy -> share.apply(tally(policy))).toList();
        lines.add(new Line(measured, shares, atMost, limit));
    }

    private Tally tally(TriedPolicy.Fixed policy) {
        return streams.getOrDefault(STREAM, List.of()).stream()
                .filter(result -> result.policy().equals(policy))
                .findFirst()
                .map(StreamTrials.Result::tally)
                .orElse(Tally.EMPTY);
    }
}
