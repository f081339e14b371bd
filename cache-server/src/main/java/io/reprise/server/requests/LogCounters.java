package io.reprise.server.requests;

/**
 * How a log fares, since it was opened.
 *
 * @param written calls that are in the file
 * @param dropped calls that are not, and never will be: the queue was full, or the last write failed
 * @param failedWrites attempts to write that failed; nothing is lost by one, the next writes it
 * @param waiting calls that wait to be written
 * @param folded calls whose hour has too many groups, and which are counted there under {@code other}
 */
public record LogCounters(long written, long dropped, long failedWrites, long waiting, long folded) {}
