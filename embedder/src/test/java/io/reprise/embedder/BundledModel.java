package io.reprise.embedder;

import java.nio.file.Path;
import java.util.Objects;

/** The models that Reprise ships, where the build assembled them. */
final class BundledModel {
    private BundledModel() {}

    static ModelFolder folder() {
        return ModelFolder.open(models().resolve("all-minilm-l6-v2-q"));
    }

    static OnnxSentenceEmbedder openEmbedder() {
        return OnnxSentenceEmbedder.open(folder(), EmbedderOptions.defaults());
    }

    static OnnxPairScorer openScorer() {
        return OnnxPairScorer.open(
                PairModelFolder.open(models().resolve("reprise-verifier-v2")), EmbedderOptions.defaults());
    }

    private static Path models() {
        return Path.of(Objects.requireNonNull(
                System.getProperty("reprise.models"), "the build sets the system property reprise.models"));
    }
}
