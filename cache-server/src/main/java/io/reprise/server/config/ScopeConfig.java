package io.reprise.server.config;

import com.google.re2j.Pattern;
import java.util.List;

/**
 * What of a call does not part it from others whose answers could serve. Immutable.
 *
 * @param masks spans of system prompts and earlier turns that are compared by their kind alone
 * @param ignored fields of requests that are left out of the comparison
 */
public record ScopeConfig(List<Mask> masks, List<String> ignored) {
    public ScopeConfig {
        masks = List.copyOf(masks);
        ignored = List.copyOf(ignored);
    }

    /** The masks that have a name. */
    public static List<Mask> named() {
        return ScopeKeys.namedMasks();
    }

    /**
     * A kind of spans.
     *
     * @param name the kind: one of the names that there are, or the pattern itself
     * @param pattern finds them, in time linear in the text
     */
    public record Mask(String name, Pattern pattern) {}
}
