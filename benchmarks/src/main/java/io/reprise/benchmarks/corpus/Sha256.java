package io.reprise.benchmarks.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of what names the files that are kept. */
public final class Sha256 {
    private Sha256() {}

    /** Of bytes: 32 of them. */
    public static byte[] of(byte[] bytes) {
        return digest().digest(bytes);
    }

    /** Hexadecimal, of the files' bytes one after the other. */
    public static String hex(Path... files) {
        MessageDigest digest = digest();
        for (Path file : files) {
            try {
                digest.update(Files.readAllBytes(file));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + file, e);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
