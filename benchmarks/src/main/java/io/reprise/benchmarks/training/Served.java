package io.reprise.benchmarks.training;

import io.reprise.benchmarks.report.ClusteredShare;
import io.reprise.benchmarks.report.Estimate;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was served of a stream by meaning. Questions of one class are served, rightly or wrongly, together, so they are counted by class,
 * and the intervals of shares are the bootstrap's over classes.
 *
 * @param classes a count for each class that was asked
 */
record Served(List<Count> classes) {
    private static final long SEED = 13;

    /**
     * Of one class, or of several.
     *
     * @param oracle questions that an oracle answers by meaning from the same cache
     * @param right hits whose question has the class of the one that was stored
     * @param wrong hits that are labelled as different
     * @param unknown hits that nobody labelled
     */
    record Count(long oracle, long right, long wrong, long unknown) {
        /** One question, with the label of its hit; null where it had none. */
        static Count of(boolean isOracles, StreamPairs.@Nullable Label hit) {
            return new Count(
                    isOracles ? 1 : 0,
                    hit == StreamPairs.Label.SAME ? 1 : 0,
                    hit == StreamPairs.Label.DIFFERENT ? 1 : 0,
                    hit == StreamPairs.Label.UNKNOWN ? 1 : 0);
        }

        Count plus(Count other) {
            return new Count(oracle + other.oracle, right + other.right, wrong + other.wrong, unknown + other.unknown);
        }

        /** Hits that labels tell about. */
        long judged() {
            return right + wrong;
        }

        long hits() {
            return judged() + unknown;
        }
    }

    Served {
        classes = List.copyOf(classes);
    }

    /** Together with what was served of other classes. */
    Served and(Served others) {
        return new Served(
                Stream.concat(classes.stream(), others.classes.stream()).toList());
    }

    Count all() {
        return classes.stream().reduce(new Count(0, 0, 0, 0), Count::plus);
    }

    /** Right hits as a share of an oracle's. */
    Estimate rightOfOracle() {
        return share(Count::right, Count::oracle);
    }

    /** Wrong hits as a share of those that labels tell about. */
    Estimate wrongOfJudged() {
        return share(Count::wrong, Count::judged);
    }

    /** Unlabelled hits as a share of all. */
    Estimate unknownOfHits() {
        return share(Count::unknown, Count::hits);
    }

    private Estimate share(ToLongFunction<Count> count, ToLongFunction<Count> of) {
        return ClusteredShare.of(classes, count, of, new SplittableRandom(SEED));
    }
}
