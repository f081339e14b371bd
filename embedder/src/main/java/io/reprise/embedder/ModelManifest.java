package io.reprise.embedder;

import org.jspecify.annotations.Nullable;

/**
 * What a model folder says about its model. {@code models/README.md} documents each key.
 *
 * @param name kept with every vector the model makes
 * @param source where the files came from: Maven coordinates or a URL
 * @param dimension length of a vector, at least 1
 * @param windowTokens the longest text that the model was trained for, with special tokens
 * @param output the model's name for its token vectors
 */
record ModelManifest(
        String name,
        String source,
        String licence,
        int dimension,
        Pooling pooling,
        int windowTokens,
        Inputs inputs,
        String output,
        ModelFile weights,
        ModelFile tokenizer) {

    ModelManifest {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension is " + dimension + "; at least 1 is allowed");
        }
        if (windowTokens < 1) {
            throw new IllegalArgumentException("windowTokens is " + windowTokens + "; at least 1 is allowed");
        }
    }

    /**
     * The model's names for its inputs, each int64 {@code [texts, tokens]}.
     *
     * @param tokenTypeIds null for a model that takes none
     */
    record Inputs(
            String inputIds, String attentionMask, @Nullable String tokenTypeIds) {}

    /**
     * A file of the model folder.
     *
     * @param name file name, without a path
     * @param sha256 64 lower-case hexadecimal digits
     */
    record ModelFile(String name, String sha256) {}
}
