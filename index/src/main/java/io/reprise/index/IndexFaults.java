package io.reprise.index;

/**
 * What the disk did to an index since it was opened. Each is tried again or was told to the writer: none of them lost an acknowledged
 * write.
 *
 * @param refusedWrites writes that failed with {@link WriteRefusedException}
 * @param failedHandOvers attempts to take journalled writes over into Lucene
 * @param failedMerges merges of Lucene's segments
 * @param failedSyncs syncs of the journal in the background
 */
public record IndexFaults(long refusedWrites, long failedHandOvers, long failedMerges, long failedSyncs) {}
