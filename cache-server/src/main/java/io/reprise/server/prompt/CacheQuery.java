package io.reprise.server.prompt;

import org.jspecify.annotations.Nullable;

/**
 * What a call asks of the cache.
 *
 * @param id the exact key: equal for calls of the same scope and the same text after Unicode NFC and outer trim. 32 hexadecimal digits
 * @param scope hash of all that must be equal, not similar, for another call's answer to serve. 64 hexadecimal digits
 * @param text the last user turn as it is compared by meaning; empty when the call has none
 * @param principal who may share the answer
 * @param namespace the principal's own division
 * @param model the model asked for, or null
 * @param exactOnly why the call is never compared by meaning, or null when it is
 */
public record CacheQuery(
        String id,
        String scope,
        String text,
        String principal,
        String namespace,
        @Nullable String model,
        @Nullable String exactOnly) {}
