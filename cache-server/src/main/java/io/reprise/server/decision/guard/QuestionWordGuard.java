package io.reprise.server.decision.guard;

import io.reprise.server.decision.guard.Question.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Both texts ask for the same: a person, a time, a place, a reason, a way, an amount.
 *
 * <p>Judged where each text asks one thing, in the same words of content, and where the kinds surely differ: "what",
 * "how" and
 * yes-or-no questions can ask for anything.
 */
final class QuestionWordGuard implements Guard {
    private static final Set<Kind> SURE = EnumSet.of(
            Kind.WHO, Kind.WHEN, Kind.WHERE, Kind.WHY, Kind.AMOUNT, Kind.DURATION, Kind.FREQUENCY, Kind.DEGREE);

    @Override
    public String name() {
        return "question-word";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        Set<Kind> asked = pair.asked().question().kinds();
        Set<Kind> cached = pair.cached().question().kinds();
        if (asked.size() != 1 || cached.size() != 1 || pair.contentOnlyOne() > 0) {
            return null;
        }
        Kind one = asked.iterator().next();
        Kind other = cached.iterator().next();
        boolean sure = SURE.contains(one) && SURE.contains(other);
        return sure && one != other && !areNear(one, other) ? "asks " + one.words() + ", not " + other.words() : null;
    }

    /** "How long until" and "when", "how much" and "how long" can ask for the same. */
    private static boolean areNear(Kind one, Kind other) {
        Set<Kind> both = EnumSet.of(one, other);
        return (both.contains(Kind.DURATION) && (both.contains(Kind.WHEN) || both.contains(Kind.AMOUNT)))
                || (both.contains(Kind.AMOUNT) && (both.contains(Kind.DEGREE) || both.contains(Kind.FREQUENCY)));
    }
}
