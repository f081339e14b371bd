package io.reprise.server.replay;

/**
 * How many lookups had their nearest candidate in which range of cosines, by whether they were served.
 *
 * @param served semantic hits, by range; the first range is everything below {@link #LEAST}
 * @param notServed misses, by range
 */
@SuppressWarnings("ArrayRecordComponent") // Written once, read once, never compared.
record Similarities(long[] served, long[] notServed) {
    static final double LEAST = 0.5;
    static final double WIDTH = 0.02;
    static final int RANGES = 26;

    static Similarities none() {
        return new Similarities(new long[RANGES], new long[RANGES]);
    }

    void count(double cosine, boolean hit) {
        // A little is added so that a cosine on a border, which is no binary fraction, counts upwards.
        int range = Math.clamp((long) Math.floor((cosine - LEAST) / WIDTH + 1e-6) + 1, 0, RANGES - 1);
        (hit ? served : notServed)[range]++;
    }

    /** The lower border of a range after the first. */
    static double from(int range) {
        return LEAST + (range - 1) * WIDTH;
    }
}
