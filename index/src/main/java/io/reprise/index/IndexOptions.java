package io.reprise.index;

import java.time.Duration;

/**
 * How an index on disk behaves.
 *
 * @param dimension floats in each vector, 1 to 1,024
 * @param modelName the model that makes the vectors, 1 to 256 characters. In a folder of another model, or another dimension, every
 *     entry is stale at first ({@link StaleEntries}), because vectors of two models cannot be compared
 * @param fsyncInterval how much time of acknowledged writes a power cut may cost, at most an hour; zero syncs before each
 *     acknowledgement. A killed process loses nothing either way
 * @param commitInterval how often writes move from the journal into a Lucene commit, and expired entries are swept; 1 ms to 1 day
 * @param commitBytes journal size that brings a commit forward, which bounds the replay at open; at least 1 MiB
 * @param recentEntries writes kept in memory, and scanned exactly, before the searcher takes them over; 1 to 65,536. Four times as many
 *     unindexed writes hold further writers up
 */
public record IndexOptions(
        int dimension,
        String modelName,
        Duration fsyncInterval,
        Duration commitInterval,
        long commitBytes,
        int recentEntries) {

    private static final int MAX_DIMENSION = 1024;
    private static final long MIN_COMMIT_BYTES = 1L << 20;

    public IndexOptions {
        require(dimension >= 1 && dimension <= MAX_DIMENSION, "dimension", dimension, "1 to " + MAX_DIMENSION);
        require(!modelName.isEmpty() && modelName.length() <= 256, "modelName", modelName, "1 to 256 characters");
        require(
                !fsyncInterval.isNegative() && fsyncInterval.compareTo(Duration.ofHours(1)) <= 0,
                "fsyncInterval",
                fsyncInterval,
                "0 to 1 hour");
        require(
                commitInterval.compareTo(Duration.ofMillis(1)) >= 0
                        && commitInterval.compareTo(Duration.ofDays(1)) <= 0,
                "commitInterval",
                commitInterval,
                "1 ms to 1 day");
        require(commitBytes >= MIN_COMMIT_BYTES, "commitBytes", commitBytes, "at least " + MIN_COMMIT_BYTES);
        require(recentEntries >= 1 && recentEntries <= 65_536, "recentEntries", recentEntries, "1 to 65,536");
    }

    /** The defaults: fsync each second, commit each 30 seconds or 256 MiB, 1,024 recent entries. */
    public static IndexOptions of(int dimension, String modelName) {
        return new IndexOptions(dimension, modelName, Duration.ofSeconds(1), Duration.ofSeconds(30), 256L << 20, 1024);
    }

    public IndexOptions withFsyncInterval(Duration interval) {
        return new IndexOptions(dimension, modelName, interval, commitInterval, commitBytes, recentEntries);
    }

    public IndexOptions withCommitInterval(Duration interval) {
        return new IndexOptions(dimension, modelName, fsyncInterval, interval, commitBytes, recentEntries);
    }

    public IndexOptions withRecentEntries(int entries) {
        return new IndexOptions(dimension, modelName, fsyncInterval, commitInterval, commitBytes, entries);
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new IllegalArgumentException(name + " must be " + allowed + ", is " + value);
        }
    }
}
