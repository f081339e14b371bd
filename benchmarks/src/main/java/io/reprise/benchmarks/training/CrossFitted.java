package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.HeldOut;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * What is learned from held-out texts and measured on them too, in as many versions as these have parts: each part is measured with what was
 * learned from all the others. No label ties texts of two parts together.
 *
 * @param forParts by the number of the part, in {@link HeldOut#part}
 */
record CrossFitted<T>(HeldOut heldOut, List<T> forParts) {
    CrossFitted {
        forParts = List.copyOf(forParts);
    }

    /** @param learn from the texts that a predicate holds of */
    static <T> CrossFitted<T> of(HeldOut heldOut, Function<Predicate<String>, T> learn) {
        return new CrossFitted<>(
                heldOut,
                IntStream.range(0, HeldOut.PARTS)
                        .mapToObj(part -> learn.apply(text -> heldOut.contains(text) && heldOut.part(text) != part))
                        .toList());
    }

    /** Of what nothing is learned from held-out texts for. */
    static <T> CrossFitted<T> same(HeldOut heldOut, T forAll) {
        return of(heldOut, anyTexts -> forAll);
    }

    /** What a held-out text is measured with. */
    T of(String text) {
        return forParts.get(heldOut.part(text));
    }

    /** Whether a text is measured with the version for a part. */
    boolean isMeasured(int part, String text) {
        return heldOut.contains(text) && heldOut.part(text) == part;
    }

    /** Whether the version for a part was learned from a text. */
    boolean isLearned(int part, String text) {
        return heldOut.contains(text) && heldOut.part(text) != part;
    }

    <R> CrossFitted<R> map(Function<T, R> made) {
        return new CrossFitted<>(heldOut, forParts.stream().map(made).toList());
    }
}
