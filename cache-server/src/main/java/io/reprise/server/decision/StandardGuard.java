package io.reprise.server.decision;

import io.reprise.server.decision.guard.Guards;
import io.reprise.server.decision.guard.Reading;
import java.util.List;

/**
 * The guards that come with the server, and before them all: what depends on the moment is answered to the same text alone, for as
 * long as its entry lives.
 */
public final class StandardGuard implements Guard {
    private static final List<String> TIME_SENSITIVE = List.of("time-sensitive");

    private final Guards guards = Guards.standard();

    @Override
    public List<String> vetoes(String asked, String cached) {
        return about(asked).vetoes(cached);
    }

    @Override
    public About about(String asked) {
        Reading reading = Reading.of(asked);
        return reading.isTimeSensitive()
                ? cached -> TIME_SENSITIVE
                : cached -> guards.vetoes(reading, Reading.of(cached));
    }
}
