package io.reprise.server.cache;

import org.jspecify.annotations.Nullable;

/**
 * What a prompt is found by and compared by meaning with.
 *
 * @param components {@code float[dimension]} of unit norm, not to be modified
 * @param sketch what the policy made of its tokens, not to be modified; null for nothing
 */
public record SketchedVector(float[] components, byte @Nullable [] sketch) {}
