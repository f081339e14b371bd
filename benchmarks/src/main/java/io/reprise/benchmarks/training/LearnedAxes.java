package io.reprise.benchmarks.training;

import io.reprise.benchmarks.corpus.Sha256;
import io.reprise.benchmarks.corpus.Sketcher;
import io.reprise.benchmarks.corpus.Workspace;
import io.reprise.embedder.Embedding;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.embedder.TokenStates;
import io.reprise.server.decision.TokenProjection;
import io.reprise.server.decision.TokenSketch;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The axes on which the tokens of the first texts differ most, kept in a file.
 *
 * @param key names them, by their file's checksum
 */
record LearnedAxes(TokenProjection projection, String key) {
    /** More than is shipped, to find out how many are needed. */
    static final int COUNT = 128;

    private static final int TEXTS = 4_000;
    private static final int KEY_LENGTH = 16;

    /** Learns them, or reads what an earlier run learned. */
    static LearnedAxes of(Workspace workspace, ModelFolder model, SentenceEmbedder embedder, Collection<String> texts)
            throws IOException {
        String name = Sha256.hex(model.weights(), model.tokenizer()).substring(0, KEY_LENGTH);
        Files.createDirectories(workspace.scratch());
        Path file = workspace.scratch().resolve("axes-" + name + ".bin");
        if (!Files.exists(file)) {
            TokenProjection learned =
                    learned(embedder, texts.stream().limit(TEXTS).toList());
            try (var out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
                learned.write(out);
            }
        }
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            return new LearnedAxes(TokenProjection.read(in), Sha256.hex(file).substring(0, KEY_LENGTH));
        }
    }

    /** Sketches on all of them. */
    Sketcher sketcher() {
        return new Sketcher(key, states -> TokenSketch.of(states.ids(), states.states(), projection)
                .encoded());
    }

    private static TokenProjection learned(SentenceEmbedder embedder, List<String> texts) {
        List<TokenStates> states = new ArrayList<>();
        for (Embedding embedding : embedder.embedAll(texts)) {
            if (embedding instanceof Embedding.Vector vector
                    && vector.states() != null
                    && vector.states().ids().length > 0) {
                states.add(vector.states());
            }
        }
        return PrincipalAxes.of(states, COUNT, 1);
    }
}
