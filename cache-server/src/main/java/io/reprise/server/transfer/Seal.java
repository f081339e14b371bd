package io.reprise.server.transfer;

import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What proves that this data folder exported a key for a principal: an HMAC-SHA-256 (RFC 2104), 32 hexadecimal digits of it.
 *
 * <p>A scope is a hash, in which the principal cannot be seen, and names of principals can be guessed. Were a line's scope simply
 * believed, a caller could put an answer of its own where another caller's questions look. Thread-safe.
 */
public final class Seal {
    private static final String HMAC = "HmacSHA256";
    private static final String PURPOSE = "reprise-export-1";
    private static final int BYTES = 16;

    private final byte[] key;

    /** @param secret of the data folder, at least 16 bytes */
    public Seal(byte[] secret) {
        // The same secret makes principals out of credentials, none of which can begin with NUL: so whoever may choose
        // a credential
        // cannot have a seal made.
        this.key = hmac(secret, ("\0" + PURPOSE).getBytes(StandardCharsets.US_ASCII));
    }

    String of(String principal, String namespace, String scope, String id) {
        String sealed = new Fingerprint()
                .text(PURPOSE)
                .text(Prompts.RULES)
                .text(principal)
                .text(namespace)
                .text(scope)
                .text(id)
                .hex();
        return HexFormat.of().formatHex(hmac(key, sealed.getBytes(StandardCharsets.US_ASCII)), 0, BYTES);
    }

    /** Whether it is the seal of these, compared in constant time. */
    boolean fits(String seal, String principal, String namespace, String scope, String id) {
        return MessageDigest.isEqual(
                seal.getBytes(StandardCharsets.UTF_8),
                of(principal, namespace, scope, id).getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + HMAC, e);
        }
    }
}
