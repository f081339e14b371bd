package io.reprise.server.transfer;

import java.util.List;

/**
 * What came of an import.
 *
 * @param imported lines that are stored now
 * @param skipped entries that have expired, or that are there already as new as the line's
 * @param failed lines that could not be imported
 * @param problems the first of those
 */
public record ImportReport(long imported, long skipped, long failed, List<Problem> problems) {
    public ImportReport {
        problems = List.copyOf(problems);
    }

    /**
     * What is wrong with a line.
     *
     * @param line its number, from 1
     */
    public record Problem(long line, String problem) {}
}
