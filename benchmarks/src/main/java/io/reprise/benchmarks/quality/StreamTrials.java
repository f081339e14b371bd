package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.quality.NearTexts.Near;
import io.reprise.benchmarks.report.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Replays one stream under every policy at every setting, all of them shown the same neighbours. */
final class StreamTrials {

    /**
     * What became of the stream under one policy at one setting.
     *
     * @param setting in words; empty for a policy that has none
     */
    record Result(TriedPolicy policy, String setting, Tally tally) {}

    private final StreamReplay replay;
    private final NearTexts near;
    private final List<PromptText> texts;
    private final Progress progress;

    /**
     * @param near of the stream's texts, by their numbers
     * @param texts of the stream, by their numbers
     */
    StreamTrials(StreamReplay replay, NearTexts near, List<PromptText> texts, Progress progress) {
        this.replay = replay;
        this.near = near;
        this.texts = texts;
        this.progress = progress;
    }

    /** The results of a policy, in the order of its settings. */
    List<Result> run(TriedPolicy policy) {
        return switch (policy) {
            case TriedPolicy.Swept swept -> {
                double[][] scores = scores(swept);
                yield each(
                        swept,
                        swept.cutoffs(),
                        i -> swept.settingText(swept.cutoffs().get(i)),
                        i -> best(scores, swept.cutoffs().get(i)));
            }
            case TriedPolicy.Learning learning ->
                each(
                        learning,
                        learning.settings(),
                        i -> learning.settingText(learning.settings().get(i)),
                        i -> learning.fresh().apply(learning.settings().get(i)));
            case TriedPolicy.Fixed fixed -> each(fixed, List.of(0.0), i -> "", i -> decide(fixed.policy()));
        };
    }

    private interface ByPlace<T> {
        T at(int place);
    }

    private List<Result> each(TriedPolicy policy, List<Double> settings, ByPlace<String> names, ByPlace<Trial> trials) {
        progress.phase("replaying under " + policy.name(), settings.size());
        return IntStream.range(0, settings.size())
                .parallel()
                .mapToObj(i -> {
                    var result = new Result(policy, names.at(i), replay.run(trials.at(i)));
                    progress.step(1);
                    return result;
                })
                .toList();
    }

    /** The score of every near text, by the number of the text that is asked and the place among those near to it. */
    private double[][] scores(TriedPolicy.Swept policy) {
        progress.phase("scoring with " + policy.name(), near.texts());
        double[][] scores = new double[near.texts()][];
        IntStream.range(0, scores.length).parallel().forEach(asked -> {
            List<Near> others = near.to(asked);
            scores[asked] = new double[others.size()];
            for (Near other : others) {
                scores[asked][other.place()] =
                        policy.scorer().score(texts.get(asked), new Stored(texts.get(other.text()), other.cosine()));
            }
            progress.step(1);
        });
        return scores;
    }

    /** Serves the highest score that reaches the cut-off; of equal ones the nearest. */
    private static Trial best(double[][] scores, double cutoff) {
        return (asked, stored) -> {
            int best = Trial.NONE;
            double highest = Double.NEGATIVE_INFINITY;
            for (int i = 0; i < stored.size(); i++) {
                double score = scores[asked][stored.get(i).place()];
                if (score >= cutoff && score > highest) {
                    best = i;
                    highest = score;
                }
            }
            return best;
        };
    }

    private Trial decide(ProductPolicy policy) {
        return (asked, stored) -> {
            List<Stored> neighbours = new ArrayList<>(stored.size());
            stored.forEach(other -> neighbours.add(new Stored(texts.get(other.text()), other.cosine())));
            return policy.choose(texts.get(asked), neighbours);
        };
    }
}
