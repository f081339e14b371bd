package io.reprise.server.cache;

import io.reprise.server.cache.eviction.Bounds;
import io.reprise.server.cache.eviction.EvictionMeter;
import io.reprise.server.cache.eviction.HitSaving;
import io.reprise.server.cache.eviction.ProvenPrincipals;
import java.nio.file.Path;

/**
 * How much is kept, and what is worth keeping.
 *
 * @param bounds not {@link Bounds#areNone none}
 * @param saving values a hit
 * @param meter counts what is evicted
 * @param hits the file that carries hits over a restart
 * @param principals who is somebody, and so has a share of its own
 */
public record Keeping(Bounds bounds, HitSaving saving, EvictionMeter meter, Path hits, ProvenPrincipals principals) {
    public Keeping {
        if (bounds.areNone()) {
            throw new IllegalArgumentException("bounds must bound something");
        }
    }
}
