package io.reprise.benchmarks.quality;

/**
 * An earlier prompt whose answer is in the cache, as a neighbour of one that is asked.
 *
 * @param cosine of the two prompts' vectors, -1 to 1
 */
record Stored(PromptText prompt, float cosine) {}
