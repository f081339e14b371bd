package io.reprise.index;

/**
 * Which entries may be neighbours at all; filtered before the nearest k are taken, in every tier.
 *
 * @param scope only entries of exactly this scope
 * @param nowMillis only entries that expire after this epoch millisecond
 * @param notBeforeMillis only entries created at or after this epoch millisecond; {@link Long#MIN_VALUE} for any age
 */
public record SearchScope(String scope, long nowMillis, long notBeforeMillis) {}
