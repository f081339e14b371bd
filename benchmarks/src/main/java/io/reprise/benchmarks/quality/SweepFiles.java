package io.reprise.benchmarks.quality;

import io.reprise.benchmarks.report.Proportion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Every number of every setting, for who wants to look closer than the page does: comma-separated values with a head (RFC 4180). */
final class SweepFiles {
    static final String LOOKUPS = "served.csv";
    static final String STREAMS = "streams.csv";

    private SweepFiles() {}

    /** Writes what is served of every group of every set. */
    static void writeLookups(Path folder, List<LookupTrials> sets) {
        List<String> lines = new ArrayList<>(List.of("set,group,label,policy,setting,served,of,rate,low,high"));
        for (LookupTrials trials : sets) {
            trials.set().groups().keySet().forEach(group -> {
                for (LookupTrials.Column column : trials.columns()) {
                    Proportion served = trials.served(column, group);
                    lines.add(String.format(
                            Locale.ROOT,
                            "%s,%s,%d,%s,%s,%d,%d,%.6f,%.6f,%.6f",
                            trials.set().name(),
                            group.name(),
                            group.label(),
                            column.policy().name(),
                            column.setting(),
                            served.count(),
                            served.of(),
                            served.rate(),
                            served.low(),
                            served.high()));
                }
            });
        }
        write(folder.resolve(LOOKUPS), lines);
    }

    /** Writes what became of every stream. */
    static void writeStreams(Path folder, Map<String, List<StreamTrials.Result>> streams) {
        List<String> lines =
                new ArrayList<>(List.of("stream,policy,setting,rows,oracle_hits,oracle_semantic_hits,exact_hits,"
                        + "semantic_right,semantic_surely_wrong,semantic_wrong_by_closure,semantic_unknown"));
        streams.forEach((name, results) -> {
            for (StreamTrials.Result result : results) {
                Tally tally = result.tally();
                lines.add(String.format(
                        Locale.ROOT,
                        "%s,%s,%s,%d,%d,%d,%d,%d,%d,%d,%d",
                        name,
                        result.policy().name(),
                        result.setting(),
                        tally.rows(),
                        tally.seen(),
                        tally.reworded(),
                        tally.exact(),
                        tally.right(),
                        tally.surelyWrong(),
                        tally.wrongByClosure(),
                        tally.unknown()));
            }
        });
        write(folder.resolve(STREAMS), lines);
    }

    private static void write(Path file, List<String> lines) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
