package io.reprise.embedder;

import org.jspecify.annotations.Nullable;

/** What a model folder says about its model, of whichever kind. {@code models/README.md} documents each key. */
sealed interface ModelManifest permits SentenceManifest, PairManifest {

    /** Kept with everything that the model makes. */
    String name();

    /** Where the files came from: Maven coordinates, a URL or words. */
    String source();

    String licence();

    /** The longest input that the model was trained for, with special tokens. */
    int windowTokens();

    Inputs inputs();

    /** The model's name for what it makes. */
    String output();

    ModelFile weights();

    ModelFile tokenizer();

    /**
     * The model's names for its inputs, each int64 {@code [rows, tokens]}, where a row is a text or a pair of them.
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
