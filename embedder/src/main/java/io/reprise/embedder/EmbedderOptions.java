package io.reprise.embedder;

/**
 * How a sentence embedder or a pair scorer uses the machine.
 *
 * @param intraOpThreads threads that one run of the model spreads over, 1 to 64. More than 1 shortens a single text's time
 *     by less than it costs the machine in throughput: prefer as many concurrent callers as there are cores
 * @param maxBatchTokens tokens of all texts together that one run may take, 1 to 65,536; a longer single text still runs, alone.
 *     A pair scorer makes no batches
 */
public record EmbedderOptions(int intraOpThreads, int maxBatchTokens) {

    public EmbedderOptions {
        requireWithin("intraOpThreads", intraOpThreads, 64);
        requireWithin("maxBatchTokens", maxBatchTokens, 65_536);
    }

    /** One thread per run, and batches of 256 tokens: past that a batch of equal lengths gains nothing more. */
    public static EmbedderOptions defaults() {
        return new EmbedderOptions(1, 256);
    }

    private static void requireWithin(String name, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(name + " is " + value + "; allowed: 1 to " + max);
        }
    }
}
