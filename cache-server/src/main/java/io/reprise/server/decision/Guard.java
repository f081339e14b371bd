package io.reprise.server.decision;

import java.util.List;

/** Knows differences between two prompts that forbid the one's answer for the other, however alike they seem. Thread-safe. */
@FunctionalInterface
public interface Guard {
    /** Forbids nothing. */
    Guard NONE = (asked, cached) -> List.of();

    /** Names of what forbids it, in a fixed order; empty when nothing does. */
    List<String> vetoes(String asked, String cached);
}
