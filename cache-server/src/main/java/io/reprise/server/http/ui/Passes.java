package io.reprise.server.http.ui;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Random words that each let somebody in for a while: sessions, and the codes of links. In memory alone, so that none outlives the
 * process. Thread-safe.
 */
final class Passes {
    private static final int RANDOM_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> endByPass = new LinkedHashMap<>();
    private final Duration life;
    private final int most;
    private final Clock clock;

    /**
     * @param life how long each is good
     * @param most the number that is good at once; the oldest of more is forgotten
     */
    Passes(Duration life, int most, Clock clock) {
        this.life = life;
        this.most = most;
        this.clock = clock;
    }

    /** A new one: 256 random bits in characters that a URL and a cookie may hold. */
    synchronized String issue() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String pass = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clock.instant();
        endByPass.values().removeIf(end -> !end.isAfter(now));
        if (endByPass.size() >= most) {
            endByPass.remove(endByPass.keySet().iterator().next());
        }
        endByPass.put(pass, now.plus(life));
        return pass;
    }

    /** Whether one is good. */
    synchronized boolean holds(String pass) {
        Instant end = endByPass.get(pass);
        return end != null && end.isAfter(clock.instant());
    }

    /** Ends one, and says whether it was good. */
    synchronized boolean end(String pass) {
        boolean good = holds(pass);
        endByPass.remove(pass);
        return good;
    }
}
