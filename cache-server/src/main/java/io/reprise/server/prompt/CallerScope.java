package io.reprise.server.prompt;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of a scope that is not in the body: who asks, where, and under which feature headers.
 *
 * @param principal who may share with whom
 * @param namespace the principal's own division of its entries
 * @param context the caller's opaque mark, or null
 * @param upstream the upstream that the operator routes the call to, or null for its wire's own
 * @param features headers and query parameters that change what upstream answers, by lower-case name
 */
public record CallerScope(
        String principal,
        String namespace,
        @Nullable String context,
        @Nullable String upstream,
        SortedMap<String, String> features) {

    public CallerScope {
        features = Collections.unmodifiableSortedMap(new TreeMap<>(features));
    }

    /** A scope without feature headers. */
    public static CallerScope of(String principal, String namespace, @Nullable String context) {
        return new CallerScope(principal, namespace, context, null, new TreeMap<>(Map.of()));
    }
}
