package io.reprise.server.requests;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.text.Normalizer;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Tells equal prompts by a keyed hash (HMAC-SHA-256, 16 bytes of it) of their text, after Unicode NFC and outer trim: without the data
 * folder's key nobody can find out by trying whether a text was asked. Confined to one thread.
 */
final class Fingerprints {
    private static final int BYTES = 16;

    private final Mac mac;

    Fingerprints(byte[] key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    @Nullable String of(@Nullable String prompt) {
        if (prompt == null) {
            return null;
        }
        String canonical = Normalizer.normalize(prompt.strip(), Normalizer.Form.NFC);
        // The folder's key makes principals too: an equal text must give another hash here.
        byte[] hash = mac.doFinal(("prompt\0" + canonical).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, BYTES);
    }
}
