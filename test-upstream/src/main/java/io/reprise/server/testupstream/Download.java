package io.reprise.server.testupstream;

import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

/**
 * A body of any length, made while it is sent, in constant memory. Its bytes are random but always the same, and repeat with a
 * period that is prime, so that blocks that are lost, doubled or out of order change its digest.
 *
 * @param bytes length, 0 or more
 */
public record Download(long bytes) implements Content {

    private static final int PERIOD = 65_521;
    private static final byte[] BLOCK = block();

    public Download {
        if (bytes < 0) {
            throw new IllegalArgumentException("bytes must not be negative: " + bytes);
        }
    }

    /** SHA-256 of the whole body, in lower-case hex. */
    public String sha256() {
        MessageDigest digest = Sha256.digest();
        for (long at = 0; at < bytes; at += PERIOD) {
            digest.update(BLOCK, 0, (int) Math.min(PERIOD, bytes - at));
        }
        return Sha256.hex(digest.digest());
    }

    Iterator<Buffer> pieces() {
        return new Iterator<>() {
            private long at;

            @Override
            public boolean hasNext() {
                return at < bytes;
            }

            @Override
            public Buffer next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                int length = (int) Math.min(PERIOD, bytes - at);
                at += length;
                return Buffer.buffer(length).appendBytes(BLOCK, 0, length);
            }
        };
    }

    private static byte[] block() {
        byte[] block = new byte[PERIOD];
        new SplittableRandom(PERIOD).nextBytes(block);
        return block;
    }
}
