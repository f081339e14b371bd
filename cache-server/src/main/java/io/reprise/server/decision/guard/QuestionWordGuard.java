package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Question.Kind;
import java.util.EnumSet;
import java.util.Set;

/**
 * Both texts ask for the same: a person, a time, a place, a reason, a way, an amount.
 *
 * <p>Judged where each text asks one thing. Kinds that surely differ are vetoed always; "what" and yes-or-no questions, which can ask
 * for anything, only beside a person, time, place, reason or amount and where the texts agree in everything else.
 */
final class QuestionWordGuard implements Guard {
    private static final Set<Kind> SURE = EnumSet.of(
            Kind.WHO, Kind.WHEN, Kind.WHERE, Kind.WHY, Kind.AMOUNT, Kind.DURATION, Kind.FREQUENCY, Kind.DEGREE);

    @Override
    public String name() {
        return "question-word";
    }

    @Override
    public boolean vetoes(Alignment pair) {
        Set<Kind> asked = pair.asked().question().kinds();
        Set<Kind> cached = pair.cached().question().kinds();
        if (asked.size() != 1 || cached.size() != 1) {
            return false;
        }
        Kind one = asked.iterator().next();
        Kind other = cached.iterator().next();
        if (one == other || areNear(one, other)) {
            return false;
        }
        if (!pair.isNear()) {
            return false;
        }
        boolean otherwiseSame = pair.contentOnlyOne() == 0;
        boolean oneSure = SURE.contains(one);
        boolean otherSure = SURE.contains(other);
        if (oneSure && otherSure) {
            return true;
        }
        return (oneSure || otherSure) && otherwiseSame;
    }

    /** "How long until" and "when", "how much" and "how long" can ask for the same. */
    private static boolean areNear(Kind one, Kind other) {
        Set<Kind> both = EnumSet.of(one, other);
        return (both.contains(Kind.DURATION) && (both.contains(Kind.WHEN) || both.contains(Kind.AMOUNT)))
                || (both.contains(Kind.AMOUNT) && (both.contains(Kind.DEGREE) || both.contains(Kind.FREQUENCY)));
    }
}
