package io.reprise.server.replay;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What a replay found.
 *
 * @param log what was read
 * @param bill what all calls of the log cost upstream
 * @param outcomes by setting, the loosest first
 * @param configured the outcome of the configured setting
 * @param askedWrongRate the estimated share of wrong semantic hits that a recommended setting may have, 0 to 1
 * @param took how long it took
 */
public record ReplayReport(
        Log log, Bill bill, List<Outcome> outcomes, Outcome configured, double askedWrongRate, Duration took) {
    /** Below this many semantic hits, a share of wrong ones says little. */
    static final int FEW_HITS = 100;

    public ReplayReport {
        outcomes = List.copyOf(outcomes);
    }

    /**
     * The log.
     *
     * @param name what it was called
     * @param calls lines that were read as calls
     * @param broken lines that could not be read
     * @param firstBroken the first few of them
     * @param unpricedModels calls by models without a known price
     * @param cutShort whether the limit of lines ended it
     */
    record Log(
            String name,
            long calls,
            long broken,
            List<BrokenLine> firstBroken,
            SortedMap<String, Long> unpricedModels,
            boolean cutShort) {}

    /** A line that could not be read. */
    record BrokenLine(long line, String what) {}

    /**
     * The loosest setting with semantic hits whose estimated share of wrong ones is at most what was asked for. Where
     * there is none, and too few hits to tell so small a share, the setting that is calibrated for it; otherwise null.
     */
    @Nullable Outcome recommended() {
        return outcomes.stream()
                .filter(outcome -> outcome.semanticHits() > 0 && outcome.estimatedWrongRate() <= askedWrongRate)
                .findFirst()
                .or(this::calibrated)
                .orElse(null);
    }

    private Optional<Outcome> calibrated() {
        return outcomes.stream()
                .filter(outcome -> outcome.setting().name().equals("max_wrong_rate")
                        && outcome.setting().value() == askedWrongRate
                        && outcome.semanticHits() > 0
                        && outcome.semanticHits() < FEW_HITS)
                .findFirst();
    }

    /** Whether any setting had a semantic hit. */
    boolean anySemanticHit() {
        return outcomes.stream().anyMatch(outcome -> outcome.semanticHits() > 0);
    }
}
