package io.reprise.server.cache.eviction;

import io.reprise.server.protocol.Completion;
import org.jspecify.annotations.Nullable;

/** What one hit on an entry saves, about. Pure, quick and thread-safe. */
@FunctionalInterface
public interface HitSaving {
    /**
     * What it saves.
     *
     * @param model the model asked for, or null
     * @return pico-dollars, more than 0
     */
    long picoDollars(@Nullable String model, String prompt, Completion answer);
}
