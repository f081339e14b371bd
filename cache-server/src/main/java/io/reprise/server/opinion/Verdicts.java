package io.reprise.server.opinion;

import io.reprise.server.decision.Opinion;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was said of pairs of late, so that no pair is asked about twice; those who ask at the same time share one
 * question. Bounded: the pair that was wanted longest ago goes first. Thread-safe.
 */
final class Verdicts {
    /**
     * A new prompt beside an entry.
     *
     * @param principal whose both are: what is said to one is not used for another
     * @param askedId exact key of the new prompt
     * @param entryId of the entry
     * @param storedMillis when it was stored: another answer under the same key is another pair
     */
    record Pair(String principal, String askedId, String entryId, long storedMillis) {}

    private record Kept(Future<@Nullable Opinion> opinion, long untilMillis) {}

    private final int most;
    private final Duration memory;
    private final InstantSource clock;
    private final LinkedHashMap<Pair, Kept> kept = new LinkedHashMap<>();

    /** @param memory how long a verdict is kept, at most as long as a quarantine lasts, so that none outlives one */
    Verdicts(int most, Duration memory, InstantSource clock) {
        this.most = most;
        this.memory = memory;
        this.clock = clock;
    }

    /**
     * What was said of a pair, or is to be said soon.
     *
     * @param ask begins to ask, without waiting; a result that is null, or a failure, is not kept
     */
    Future<@Nullable Opinion> of(Pair pair, Supplier<Future<@Nullable Opinion>> ask) {
        synchronized (kept) {
            Kept before = kept.remove(pair);
            if (before != null && before.untilMillis() > clock.millis()) {
                kept.putLast(pair, before);
                return before.opinion();
            }
            // Under the lock, so that nobody else begins to ask about the pair.
            Future<@Nullable Opinion> asked = ask.get();
            var now = new Kept(asked, clock.millis() + memory.toMillis());
            kept.putLast(pair, now);
            if (kept.size() > most) {
                kept.pollFirstEntry();
            }
            asked.onComplete(said -> {
                if (said.failed() || said.result() == null) {
                    forget(pair, now);
                }
            });
            return asked;
        }
    }

    int size() {
        synchronized (kept) {
            return kept.size();
        }
    }

    private void forget(Pair pair, Kept which) {
        synchronized (kept) {
            kept.remove(pair, which);
        }
    }
}
