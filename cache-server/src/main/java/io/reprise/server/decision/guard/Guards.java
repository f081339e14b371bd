package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All guards, asked in a fixed order.
 *
 * <p>Thread-safe and without state. One pair of prompts of 14 words takes some 10 microseconds, of which reading the
 * two texts is the larger
 * part: read an asked text once and compare it with all candidates.
 *
 * <p>The guards know English. What they cannot see in other languages is left to the caller: see {@link
 * Reading#language}.
 */
public final class Guards {
    private static final Guards STANDARD = new Guards(List.of(
            new LengthGuard(),
            new LanguageGuard(),
            new AccentGuard(),
            new LetterCaseGuard(),
            new NumberGuard(),
            new NegationGuard(),
            new AntonymGuard(),
            new EntityGuard(),
            new CodeGuard(),
            new QuestionWordGuard(),
            new RoleSwapGuard(),
            new AddedSentenceGuard()));

    /** More are no longer read at a glance. */
    private static final int MOST_OTHER_WORDS = 24;

    private final List<Guard> guards;

    private Guards(List<Guard> guards) {
        this.guards = guards;
    }

    /** The guards that come with the server. */
    public static Guards standard() {
        return STANDARD;
    }

    /** Names of all guards, in the order in which they are asked. */
    public List<String> names() {
        return guards.stream().map(Guard::name).toList();
    }

    /** Names of the guards that forbid to serve the cached text's answer for the asked one, in their order. */
    public List<String> vetoes(String asked, String cached) {
        return vetoes(Reading.of(asked), Reading.of(cached));
    }

    /** The same of texts that were read before. */
    public List<String> vetoes(Reading asked, Reading cached) {
        return vetoes(new Alignment(asked, cached));
    }

    /** Whether a text's answer depends on when it is asked, so that only its equal may be served. */
    public boolean timeSensitive(String text) {
        return Reading.of(text).isTimeSensitive();
    }

    /** See {@link Reading#language}. */
    public String language(String text) {
        return Reading.of(text).language();
    }

    /** What each guard that forbids it has found, in the guards' order. */
    public List<Difference> differences(Reading asked, Reading cached) {
        return differences(new Alignment(asked, cached));
    }

    /** The words that only one of the texts has, for a person; null when there are none that carry meaning, or the texts are long. */
    public @Nullable String otherWords(Reading asked, Reading cached) {
        var pair = new Alignment(asked, cached);
        List<Token> onlyAsked = telling(pair.onlyAsked());
        List<Token> onlyCached = telling(pair.onlyCached());
        return (onlyAsked.isEmpty() && onlyCached.isEmpty()) || onlyAsked.size() + onlyCached.size() > MOST_OTHER_WORDS
                ? null
                : Difference.between("other words", Difference.typed(onlyAsked), Difference.typed(onlyCached));
    }

    private static List<Token> telling(List<Token> only) {
        return only.stream()
                .filter(token -> token.isContent() || token.kind() == Token.Kind.NUMBER)
                .toList();
    }

    private List<String> vetoes(Alignment pair) {
        return differences(pair).stream().map(Difference::guard).toList();
    }

    private List<Difference> differences(Alignment pair) {
        List<Difference> found = new ArrayList<>(2);
        for (Guard guard : guards) {
            String words = guard.difference(pair);
            if (words != null) {
                found.add(new Difference(guard.name(), words));
            }
        }
        return List.copyOf(found);
    }
}
