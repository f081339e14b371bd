package io.reprise.server.cache.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RememberedHitsTest {
    private static final long SAVED_AT = 200_000_000;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"1, 0", "2, 1", "3, 10", "17, 3600", "1000, 604800", "60000, 100000000"})
    void record_comesBackNearly(float hits, long idle) {
        long prefix = SlotTable.prefix(Ids.of(1));
        var remembered = new RememberedHits(new long[] {RememberedHits.record(prefix, hits, idle)}, SAVED_AT);
        RememberedHits.Past past = remembered.of(prefix);
        assertNotNull(past);
        assertEquals(hits, past.hits(), hits * 0.03f);
        assertEquals((double) idle, (double) (SAVED_AT - past.atSeconds()), idle * 0.01);
    }

    @Test
    void whatIsTooLarge_isTheLargest() {
        long prefix = SlotTable.prefix(Ids.of(1));
        var remembered = new RememberedHits(new long[] {RememberedHits.record(prefix, 1e9f, Long.MAX_VALUE)}, SAVED_AT);
        RememberedHits.Past past = remembered.of(prefix);
        assertNotNull(past);
        assertEquals(62_000, past.hits(), 4_000);
    }

    @Test
    void file_bringsEveryRecordBack() throws IOException {
        long[] records = new long[1000];
        for (int i = 0; i < records.length; i++) {
            records[i] = RememberedHits.record(SlotTable.prefix(Ids.of(i)), i + 1, 0);
        }
        Path file = folder.resolve("hits.bin");
        new RememberedHits(records, SAVED_AT).write(file);
        RememberedHits read = RememberedHits.read(file);
        for (int i = 0; i < records.length; i++) {
            RememberedHits.Past past = read.of(SlotTable.prefix(Ids.of(i)));
            assertNotNull(past);
            assertEquals(i + 1, past.hits(), 0.03 * (i + 1));
            assertEquals(SAVED_AT, past.atSeconds());
        }
        assertNull(read.of(SlotTable.prefix(Ids.of(1000))));
    }

    @Test
    void fileThatIsNotThere_remembersNothing() throws IOException {
        assertNull(RememberedHits.read(folder.resolve("none")).of(1));
    }

    @Test
    void damagedFile_isRefused() throws IOException {
        Path file = folder.resolve("hits.bin");
        new RememberedHits(new long[] {RememberedHits.record(1, 1, 1)}, SAVED_AT).write(file);
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 1;
            Files.write(file, damaged);
            assertThrows(IOException.class, () -> RememberedHits.read(file));
        }
        Files.write(file, new byte[3]);
        assertThrows(IOException.class, () -> RememberedHits.read(file));
    }
}
