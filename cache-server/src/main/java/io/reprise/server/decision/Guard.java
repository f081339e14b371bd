package io.reprise.server.decision;

import java.util.List;

/** Knows differences between two prompts that forbid the one's answer for the other, however alike they seem. Thread-safe. */
@FunctionalInterface
public interface Guard {
    /** Forbids nothing. */
    Guard NONE = (asked, cached) -> List.of();

    /** Names of what forbids it, in a fixed order; empty when nothing does. */
    List<String> vetoes(String asked, String cached);

    /** The same for one prompt that is asked and many that are cached: what depends on the prompt alone is worked out once. Thread-safe. */
    default About about(String asked) {
        return cached -> vetoes(asked, cached);
    }

    /** A guard that knows what was asked. */
    @FunctionalInterface
    interface About {
        /** As {@link Guard#vetoes}. */
        List<String> vetoes(String cached);
    }
}
