package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.HeldOut;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * What is learned from held-out texts and measured on them too, in two versions: each half of the texts is measured with what was learned from the
 * other. A half is one of the two held-out folds of {@link HeldOut}, so that no label ties texts of both together.
 *
 * @param forFirst learned from the second half
 * @param forSecond learned from the first half
 */
record CrossFitted<T>(HeldOut heldOut, T forFirst, T forSecond) {
    /** @param learn from the texts that a predicate holds of */
    static <T> CrossFitted<T> of(HeldOut heldOut, Function<Predicate<String>, T> learn) {
        return new CrossFitted<>(
                heldOut, learn.apply(text -> isSecond(heldOut, text)), learn.apply(text -> isFirst(heldOut, text)));
    }

    /** Of what nothing is learned from held-out texts for. */
    static <T> CrossFitted<T> same(HeldOut heldOut, T forBoth) {
        return new CrossFitted<>(heldOut, forBoth, forBoth);
    }

    /** What a held-out text is measured with. */
    T of(String text) {
        return isFirst(text) ? forFirst : forSecond;
    }

    boolean isFirst(String text) {
        return isFirst(heldOut, text);
    }

    boolean isSecond(String text) {
        return isSecond(heldOut, text);
    }

    <R> CrossFitted<R> map(Function<T, R> made) {
        return new CrossFitted<>(heldOut, made.apply(forFirst), made.apply(forSecond));
    }

    private static boolean isFirst(HeldOut heldOut, String text) {
        return heldOut.fold(text) == HeldOut.LEARNED_FOLDS;
    }

    private static boolean isSecond(HeldOut heldOut, String text) {
        return heldOut.contains(text) && !isFirst(heldOut, text);
    }
}
