package io.reprise.embedder;

/**
 * The manifest of a model that reads two texts at once.
 *
 * @param windowTokens the longest pair, both texts and the special tokens together, at least {@link #MIN_WINDOW_TOKENS}
 * @param inputs with token types, which tell the texts apart
 * @param output the model's name for the log-odds
 */
record PairManifest(
        String name,
        String source,
        String licence,
        int windowTokens,
        Inputs inputs,
        String output,
        ModelFile weights,
        ModelFile tokenizer)
        implements ModelManifest {

    /** One token of each text, and the special tokens before, between and after them. */
    static final int MIN_WINDOW_TOKENS = 5;

    PairManifest {
        if (windowTokens < MIN_WINDOW_TOKENS) {
            throw new IllegalArgumentException(
                    "windowTokens is " + windowTokens + "; at least " + MIN_WINDOW_TOKENS + " is allowed");
        }
        if (inputs.tokenTypeIds() == null) {
            throw new IllegalArgumentException("inputs has no tokenTypeIds; a pair model takes them");
        }
    }
}
