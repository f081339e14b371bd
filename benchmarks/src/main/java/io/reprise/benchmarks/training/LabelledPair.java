package io.reprise.benchmarks.training;

/**
 * Two texts and whether one's answer serves for the other.
 *
 * @param weight how much the label counts, above 0
 * @param source where it comes from
 * @param kind of pair within the source
 */
record LabelledPair(String first, String second, boolean same, float weight, String source, String kind) {

    /** Equal for the same two texts in either order. */
    String key() {
        return first.compareTo(second) <= 0 ? first + "\n" + second : second + "\n" + first;
    }
}
