package io.reprise.embedder;

/**
 * The manifest of a model that makes a vector of a text.
 *
 * @param dimension length of a vector, at least 1
 * @param windowTokens the longest text, with special tokens
 * @param output the model's name for its token vectors
 */
record SentenceManifest(
        String name,
        String source,
        String licence,
        int dimension,
        Pooling pooling,
        int windowTokens,
        Inputs inputs,
        String output,
        ModelFile weights,
        ModelFile tokenizer)
        implements ModelManifest {

    SentenceManifest {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension is " + dimension + "; at least 1 is allowed");
        }
        if (windowTokens < 1) {
            throw new IllegalArgumentException("windowTokens is " + windowTokens + "; at least 1 is allowed");
        }
    }
}
