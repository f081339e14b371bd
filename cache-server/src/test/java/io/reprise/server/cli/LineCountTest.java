package io.reprise.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LineCountTest {
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> told = new ArrayList<>();
    private final LineCount lines = new LineCount("sent", nanos::get, told::add);

    @Test
    void lastBeginning_isOfTheLastWholeLine() {
        add("first\nsec");
        add("ond\nthird");
        assertEquals("second", lines.lastBeginning());
    }

    @Test
    void longLine_isKeptInPart() {
        add("x".repeat(10_000) + "\n");
        assertEquals("x".repeat(128), lines.lastBeginning());
    }

    @Test
    void progress_isToldFromTimeToTime() {
        add("a\n");
        assertEquals(List.of(), told);
        nanos.addAndGet(Duration.ofSeconds(2).toNanos());
        add("b\n");
        add("c\n");
        assertEquals(1, told.size());
        assertTrue(told.getFirst().startsWith("2 lines"), told.toString());
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        lines.add(bytes, 0, bytes.length);
    }
}
