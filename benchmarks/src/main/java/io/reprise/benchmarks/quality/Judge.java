package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.corpus.EvaluationData.Negative;
import io.reprise.benchmarks.corpus.EvaluationData.StreamRow;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says whether the answer to one question of the stream serves for another, as far as the labels tell. Immutable. */
final class Judge {

    /** What the labels say of a hit. */
    enum Verdict {
        /** Both are of one class. */
        RIGHT,
        /** People labelled the two texts as different, or put them into different classes of a closed set. */
        SURELY_WRONG,
        /** People labelled a text of the one's class and a text of the other's as different. */
        WRONG_BY_CLOSURE,
        /** Nobody labelled them: some are true duplicates. */
        UNKNOWN
    }

    /** Two ids, whichever comes first. */
    private record Unordered(String low, String high) {
        static Unordered of(String a, String b) {
            return a.compareTo(b) <= 0 ? new Unordered(a, b) : new Unordered(b, a);
        }
    }

    private final Set<Unordered> differentTexts = new HashSet<>();
    private final Set<Unordered> differentClasses = new HashSet<>();

    private final Verdict ofOthers;

    private Judge(List<Negative> negatives, Verdict ofOthers) {
        this.ofOthers = ofOthers;
        for (Negative negative : negatives) {
            differentTexts.add(Unordered.of(negative.a(), negative.b()));
            differentClasses.add(Unordered.of(negative.classA(), negative.classB()));
        }
    }

    /** For a stream whose classes are labelled in part: what no label tells about is unknown. */
    static Judge ofLabels(List<Negative> negatives) {
        return new Judge(negatives, Verdict.UNKNOWN);
    }

    /** For a stream whose classes are all that there is to ask for: whatever is of another class is wrong. */
    static Judge ofClasses() {
        return new Judge(List.of(), Verdict.SURELY_WRONG);
    }

    /** Judges a hit that answered {@code asked} with what {@code served} was answered with. */
    Verdict judge(StreamRow asked, StreamRow served) {
        if (asked.classId().equals(served.classId())) {
            return Verdict.RIGHT;
        }
        if (differentTexts.contains(Unordered.of(asked.id(), served.id()))) {
            return Verdict.SURELY_WRONG;
        }
        return differentClasses.contains(Unordered.of(asked.classId(), served.classId()))
                ? Verdict.WRONG_BY_CLOSURE
                : ofOthers;
    }
}
