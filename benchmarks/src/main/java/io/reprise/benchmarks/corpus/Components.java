package io.reprise.benchmarks.corpus;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * Texts that hang together by labels, directly or through others, in folds: all of a component are in one fold, whatever the order
 * in which they were joined. The training program of the cross-encoder has the same folds, text by text. Not thread-safe.
 */
final class Components {
    private static final long SCRAMBLE = 0x9E3779B1L;
    private static final int LOW_BITS = 16;

    private static final Comparator<String> LEAST_CHECKSUM =
            Comparator.comparingLong(Components::checksum).thenComparing(Comparator.naturalOrder());

    private final Map<String, String> parents = new HashMap<>();

    /** Makes two texts hang together. */
    void join(String a, String b) {
        String one = representative(a);
        String other = representative(b);
        if (!one.equals(other)) {
            boolean first = LEAST_CHECKSUM.compare(one, other) < 0;
            parents.put(first ? other : one, first ? one : other);
        }
    }

    /** The text that stands for all that hang together with this one: that with the least CRC-32 of its UTF-8 bytes. */
    String representative(String text) {
        String at = text;
        while (true) {
            String parent = parents.getOrDefault(at, at);
            if (parent.equals(at)) {
                return at;
            }
            String grandparent = parents.getOrDefault(parent, parent);
            parents.put(at, grandparent);
            at = grandparent;
        }
    }

    /** The fold of every text whose component has another representative than itself. */
    Map<String, Integer> folds(int folds) {
        Map<String, Integer> found = new HashMap<>();
        for (String text : List.copyOf(parents.keySet())) {
            found.put(text, foldAlone(representative(text), folds));
        }
        return found;
    }

    /** The fold of a text that stands for itself, 0 to {@code folds} - 1. */
    static int foldAlone(String text, int folds) {
        // Scrambled, because what stands for many has a small checksum. The product has up to 64 bits, none of them a
        // sign.
        return (int) (((checksum(text) * SCRAMBLE) >>> LOW_BITS) % folds);
    }

    private static long checksum(String text) {
        var crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}
