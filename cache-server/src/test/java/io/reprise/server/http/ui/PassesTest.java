package io.reprise.server.http.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class PassesTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private Instant now = START;
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final Passes passes = new Passes(Duration.ofMinutes(5), 3, clock);

    @Test
    void pass_isGoodUntilItsEnd() {
        String pass = passes.issue();
        now = START.plusSeconds(299);
        assertTrue(passes.holds(pass));
        now = START.plusSeconds(300);
        assertFalse(passes.holds(pass));
        assertFalse(passes.end(pass));
    }

    @Test
    void pass_endsOnce() {
        String pass = passes.issue();
        assertTrue(passes.end(pass));
        assertFalse(passes.end(pass));
        assertFalse(passes.holds(pass));
    }

    @Test
    void passes_areLongAndNeverTheSame() {
        var many = new Passes(Duration.ofMinutes(5), 1000, clock);
        Set<String> issued = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            String pass = many.issue();
            assertTrue(pass.matches("[A-Za-z0-9_-]{43}"), pass);
            issued.add(pass);
        }
        assertEquals(1000, issued.size());
    }

    @Test
    void oldestOfTooMany_isForgotten() {
        String first = passes.issue();
        String second = passes.issue();
        passes.issue();
        passes.issue();
        assertFalse(passes.holds(first));
        assertTrue(passes.holds(second));
    }

    @Test
    void ended_makeRoom() {
        passes.issue();
        passes.issue();
        passes.issue();
        now = START.plusSeconds(301);
        String kept = passes.issue();
        passes.issue();
        passes.issue();
        assertTrue(passes.holds(kept));
    }
}
