package io.reprise.server.ledger;

/**
 * How a ledger fares, since it was opened.
 *
 * @param failedFlushes attempts to write that failed; nothing is lost by one, the next attempt writes it
 * @param foldedCalls calls counted under {@code other} because their day had too many distinct groups
 * @param droppedCalls calls that are in no total: recorded after the close, or never written because the last write failed
 * @param unflushedBuckets distinct groups with calls that are not yet on disk
 */
public record LedgerCounters(long failedFlushes, long foldedCalls, long droppedCalls, long unflushedBuckets) {}
