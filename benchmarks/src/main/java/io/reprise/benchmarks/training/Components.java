package io.reprise.benchmarks.training;

import java.util.HashMap;
import java.util.Map;

/** Texts that hang together by labels, directly or through others. Not thread-safe. */
final class Components {
    private final Map<String, String> parents = new HashMap<>();

    /** Makes two texts hang together. */
    void join(String a, String b) {
        parents.put(of(a), of(b));
    }

    /** One text that stands for all that hang together with this one. */
    String of(String text) {
        String at = text;
        while (true) {
            String parent = parents.getOrDefault(at, at);
            if (parent.equals(at)) {
                return at;
            }
            String grandparent = parents.getOrDefault(parent, parent);
            parents.put(at, grandparent);
            at = parent;
        }
    }

    /** A number that all of a component have in common, 0 to {@code folds} - 1. */
    int fold(String text, int folds) {
        // Scrambled, because neighbouring hashes of strings are no random numbers.
        int scrambled = of(text).hashCode() * 0x9E3779B9;
        return Math.floorMod(scrambled >>> 8, folds);
    }
}
