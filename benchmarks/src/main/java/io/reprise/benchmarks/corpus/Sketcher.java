package io.reprise.benchmarks.corpus;

import io.reprise.embedder.TokenStates;
import io.reprise.server.decision.FeatureVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.function.Function;

/**
 * Makes of the states of a text's tokens what is kept beside its vector.
 *
 * @param key tells sketches of one kind from all others: what has another key looks otherwise
 * @param sketch thread-safe
 */
public record Sketcher(String key, Function<TokenStates, byte[]> sketch) {
    private static final int KEY_BYTES = 8;

    /** What the server's verifier keeps of a prompt. */
    public static Sketcher of(FeatureVerifier verifier) {
        var bytes = new ByteArrayOutputStream();
        try {
            verifier.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String key = HexFormat.of().formatHex(Sha256.of(bytes.toByteArray()), 0, KEY_BYTES);
        return new Sketcher(key, states -> verifier.sketch(states.ids(), states.states()));
    }

    /** What the server keeps of a prompt by default. */
    public static Sketcher standard() {
        return of(FeatureVerifier.bundled());
    }
}
