package io.reprise.server.decision.guard;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * No word of one text is the opposite of a word of the other, or another member of the same kind.
 *
 * <p>Judged where the texts are equal but for little. Only words that one text has alone, or oftener, are looked at:
 * "increase and decrease" beside itself holds no opposition. The first
 * {@value #MOST} of each side are compared.
 */
final class AntonymGuard implements Guard {
    private static final int MOST = 48;
    private static final int NEARLY_SAME = 1;

    @Override
    public String name() {
        return "antonym";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        if (!pair.isEdit()) {
            return null;
        }
        List<Token> asked = first(pair.onlyAsked(), pair.surplusAsked());
        List<Token> cached = first(pair.onlyCached(), pair.surplusCached());
        boolean negationsDiffer =
                pair.asked().negations().count() != pair.cached().negations().count();
        boolean otherwiseSame = pair.contentOnlyAsked() <= NEARLY_SAME && pair.contentOnlyCached() <= NEARLY_SAME;
        for (Token one : asked) {
            for (Token other : cached) {
                boolean vetoes =
                        switch (Opposites.ENGLISH.between(one, other)) {
                            case NONE -> false;
                            case WEAK -> otherwiseSame;
                            case STRONG ->
                                !negationsDiffer || Opposites.negatedIn(List.of(one, other), List.of(one, other)) == 0;
                        };
                if (vetoes) {
                    return Difference.between("the opposite", one.surface(), other.surface());
                }
            }
        }
        return null;
    }

    private static List<Token> first(List<Token> only, List<Token> surplus) {
        return Stream.concat(only.stream(), surplus.stream()).limit(MOST).toList();
    }
}
