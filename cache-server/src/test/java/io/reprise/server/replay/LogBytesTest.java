package io.reprise.server.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class LogBytesTest {
    @Test
    void emptyLog_hasNoLine() throws IOException {
        assertEquals(List.of(), lines(""));
    }

    @Test
    void oneByte_isALine() throws IOException {
        assertEquals(List.of("a"), lines("a"));
    }

    @Test
    void lastLineWithoutEnd_counts() throws IOException {
        assertEquals(List.of("a", "", "b"), lines("a\n\nb"));
    }

    @Test
    void byteOrderMark_isNoPartOfTheFirstLine() throws IOException {
        assertEquals(List.of("a", "\uFEFFb"), lines("\uFEFFa\n\uFEFFb"));
    }

    @Test
    void gzipOfSeveralMembers_isUnpacked() throws IOException {
        var packed = new ByteArrayOutputStream();
        packed.write(gzip("a\n"));
        packed.write(gzip("b\n"));
        assertEquals(List.of("a", "b"), lines(packed.toByteArray()));
    }

    @Test
    void lineOverTheLimit_isToldAndTheNextIsRead() throws IOException {
        var bytes = new LogBytes(stream("abcdef\nabcde\n".getBytes(StandardCharsets.UTF_8)), 5);
        bytes.next();
        assertTrue(bytes.tooLong());
        assertEquals("abcde", new String(bytes.next(), StandardCharsets.UTF_8));
        assertEquals(2, bytes.number());
        assertNull(bytes.next());
    }

    private static List<String> lines(String log) throws IOException {
        return lines(log.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> lines(byte[] log) throws IOException {
        var bytes = new LogBytes(stream(log), 1000);
        List<String> lines = new ArrayList<>();
        for (byte[] line = bytes.next(); line != null; line = bytes.next()) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
        return lines;
    }

    private static ByteArrayInputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static byte[] gzip(String text) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return packed.toByteArray();
    }
}
