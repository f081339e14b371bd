package io.reprise.embedder;

import java.nio.file.Path;
import java.util.Objects;

/** The model that Reprise ships, where the build assembled it. */
final class BundledModel {
    private BundledModel() {}

    static ModelFolder folder() {
        String models = Objects.requireNonNull(
                System.getProperty("reprise.models"), "the build sets the system property reprise.models");
        return ModelFolder.open(Path.of(models, "all-minilm-l6-v2-q"));
    }

    static OnnxSentenceEmbedder openEmbedder() {
        return OnnxSentenceEmbedder.open(folder(), EmbedderOptions.defaults());
    }
}
