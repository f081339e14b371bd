package io.reprise.server.config;

import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with the configuration, in words for the operator.
 *
 * @param key the dotted path as given, or the environment variable's name
 * @param value as given, or what stands in its place where it may be a secret
 * @param reason what is wrong with it
 * @param allowed what would be right, at the nearest key when the key is unknown
 * @param nearestKey the known key most like an unknown one; null when the key is known
 */
public record ConfigProblem(
        String key,
        String value,
        String reason,
        String allowed,
        @Nullable String nearestKey,
        Origin origin) {

    /** The problem in one line. */
    @Override
    public String toString() {
        String right = nearestKey == null
                ? "allowed: " + allowed
                : "nearest known key: " + nearestKey + "; allowed there: " + allowed;
        String line = "%s: %s; value: %s; %s; from %s".formatted(key, reason, value, right, origin);
        // A value from outside may hold line ends and terminal controls.
        return line.replaceAll("\\p{Cntrl}+", " ");
    }
}
