package io.reprise.benchmarks.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong(5);
    private final Progress progress = new Progress(new PrintStream(out, true, StandardCharsets.UTF_8), nanos::get);

    @Test
    void beginningAndEnd_areSaid() {
        progress.phase("scoring", 1_000);
        nanos.addAndGet(3_000_000_000L);
        progress.step(1_000);
        assertEquals(List.of("0 s  scoring: 0 of 1,000", "3 s  scoring: 1,000 of 1,000"), lines());
    }

    @Test
    void stepsAtOnce_areNotSaidEach() {
        progress.phase("scoring", 10);
        progress.step(1);
        progress.step(1);
        assertEquals(List.of("0 s  scoring: 0 of 10"), lines());
    }

    private List<String> lines() {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .flatMap(line -> List.of(line.split("\r")).stream())
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }
}
