package io.reprise.server.cache.eviction;

import java.util.HexFormat;

/** Ids that look like those of entries: hashes of numbers. */
final class Ids {
    private Ids() {}

    static String of(int number) {
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(mixed(number)) + hex.toHexDigits(mixed(~number));
    }

    /** As SplittableRandom mixes. */
    private static long mixed(long seed) {
        long z = seed * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
