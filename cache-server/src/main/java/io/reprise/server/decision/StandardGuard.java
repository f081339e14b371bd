package io.reprise.server.decision;

import io.reprise.server.decision.guard.Difference;
import io.reprise.server.decision.guard.Guards;
import io.reprise.server.decision.guard.Reading;
import java.util.List;

/**
 * The guards that come with the server, and before them all: what depends on the moment is answered to the same text
 * alone, for as
 * long as its entry lives.
 */
public final class StandardGuard implements Guard {
    private static final List<String> TIME_SENSITIVE = List.of("time-sensitive");

    private final Guards guards = Guards.standard();

    @Override
    public List<String> vetoes(String asked, String cached) {
        return about(asked).vetoes(cached);
    }

    /**
     * What forbids one prompt's answer for another, in words for a person.
     *
     * @param vetoes names of the guards to be explained; where there are none, it is said which words only one of the texts has
     * @return a sentence for each, in the guards' order; none for a guard that is not among the server's own
     */
    public List<String> explained(String asked, String cached, List<String> vetoes) {
        if (vetoes.equals(TIME_SENSITIVE)) {
            return List.of("the answer changes with time, and the words are not the same");
        }
        if (vetoes.isEmpty()) {
            String words = guards.otherWords(Reading.of(asked), Reading.of(cached));
            return words == null ? List.of() : List.of(words);
        }
        return guards.differences(Reading.of(asked), Reading.of(cached)).stream()
                .filter(difference -> vetoes.contains(difference.guard()))
                .map(Difference::words)
                .toList();
    }

    @Override
    public About about(String asked) {
        Reading reading = Reading.of(asked);
        return reading.isTimeSensitive()
                ? cached -> TIME_SENSITIVE
                : cached -> guards.vetoes(reading, Reading.of(cached));
    }
}
