package io.reprise.index;

import org.jspecify.annotations.Nullable;

/**
 * What an entry must resemble: the same text, or one that is near.
 *
 * @param text letter by letter
 * @param vector {@code float[dimension]}, unit L2 norm, not retained; null where only the same text counts
 * @param minCosine the least cosine of what is near, -1 to 1
 */
public record Resemblance(String text, float @Nullable [] vector, float minCosine) {}
