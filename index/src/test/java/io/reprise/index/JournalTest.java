package io.reprise.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    @TempDir
    Path folder;

    private final FaultyDisk disk = new FaultyDisk();

    @Test
    void appended_isReplayedInOrder() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a", "b"), false);
            journal.append(records("c"), true);
        }
        assertEquals(List.of("1:a", "2:b", "3:c"), replayed(0));
    }

    @Test
    void committed_isNotReplayed() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a", "b", "c"), false);
        }
        assertEquals(List.of("3:c"), replayed(2));
    }

    @Test
    void fileOfVersionOne_isRead() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a"), false);
        }
        Path file = files().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[7] = 1;
        Files.write(file, bytes);
        assertEquals(List.of("1:a"), replayed(0));
    }

    @Test
    void numbers_goOnAfterReopening() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a"), false);
        }
        try (Journal journal = open(0, new ArrayList<>())) {
            assertEquals(2, journal.append(records("b"), false));
        }
        assertEquals(List.of("1:a", "2:b"), replayed(0));
    }

    @Test
    void cutOffAnywhere_keepsEveryWholeRecord() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a", "b"), false);
        }
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        int second = whole.length - JournalFormat.FRAME_BYTES - 1;
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            List<String> expected = length < second ? List.of() : List.of("1:a");
            assertEquals(expected, visited(file), "cut to " + length);
        }
    }

    @Test
    void everyFlippedBit_isNoticed() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("record"), false);
        }
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        for (int bit = JournalFormat.HEADER_BYTES * 8; bit < whole.length * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << (bit % 8));
            Files.write(file, damaged);
            assertEquals(List.of(), visited(file), "bit " + bit);
        }
    }

    @Test
    void zeroesAfterAPowerCut_areDropped() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a"), false);
        }
        Files.write(files().getFirst(), new byte[4096], StandardOpenOption.APPEND);
        assertEquals(List.of("1:a"), replayed(0));
    }

    @Test
    void laterFormat_isRefused() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a"), false);
        }
        Path file = files().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[7] = 99;
        Files.write(file, bytes);
        assertThrows(IndexException.class, () -> replayed(0));
    }

    @Test
    void fullDisk_leavesNoTraceAndRecovers() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a"), false);
            disk.failAppendsAfter(5);
            assertThrows(IOException.class, () -> journal.append(records("lost"), false));
            disk.heal();
            journal.append(records("b"), false);
        }
        assertEquals(List.of("1:a", "3:b"), replayed(0));
    }

    @Test
    void failedSync_leavesNoTrace() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            disk.failSyncs();
            assertThrows(IOException.class, () -> journal.append(records("lost"), true));
            disk.heal();
            journal.append(records("b"), true);
        }
        assertEquals(List.of("2:b"), replayed(0));
    }

    @Test
    void fullDiskThatCannotBeCut_isLeftBehindForANewFile() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a"), false);
            disk.failAppendsAfter(5);
            disk.failTruncations();
            assertThrows(IOException.class, () -> journal.append(records("lost"), false));
            disk.heal();
            journal.append(records("b"), false);
            assertEquals(2, files().size());
        }
        assertEquals(List.of("1:a", "3:b"), replayed(0));
    }

    @Test
    void failedSyncThatCouldNotBeTakenBack_leavesNoTraceOnceTheDiskIsWell() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            disk.failSyncs();
            disk.failTruncations();
            assertThrows(IOException.class, () -> journal.append(records("lost"), true));
            disk.heal();
            journal.append(records("b"), true);
        }
        assertEquals(List.of("2:b"), replayed(0));
    }

    @Test
    void remainsOfAFailedWrite_areNoPartOfAReplayInUse() throws IOException {
        List<String> visited = new ArrayList<>();
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a"), true);
            disk.failSyncs();
            disk.failTruncations();
            assertThrows(IOException.class, () -> journal.append(records("lost"), true));
            journal.replay(0, 9, (sequence, record) -> visited.add(sequence + ":" + new String(record, UTF_8)));
        }
        assertEquals(List.of("1:a"), visited);
    }

    @Test
    void damageInUse_isNotTakenForTheEnd() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a", "b"), true);
            Path file = files().getFirst();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length - 1] ^= 1;
            Files.write(file, bytes);
            assertThrows(IOException.class, () -> journal.replay(0, 2, (sequence, record) -> {}));
        }
    }

    @Test
    void fileThatIsNoJournal_isRefusedAndKept() throws IOException {
        Files.write(folder.resolve("journal-000000000007.log"), "something else".getBytes(UTF_8));
        assertThrows(IndexException.class, () -> replayed(0));
        assertEquals(1, files().size());
    }

    @Test
    void headerThatAPowerCutKeptFromTheDisk_isAnEmptyFile() throws IOException {
        Files.write(folder.resolve("journal-000000000007.log"), new byte[JournalFormat.HEADER_BYTES]);
        assertEquals(List.of(), replayed(0));
    }

    @Test
    void fileInTheWay_isNeverEmptied() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            Files.write(folder.resolve("journal-000000000002.log"), new byte[] {1});
            assertThrows(IOException.class, journal::prepare);
        }
        assertEquals(1, Files.size(folder.resolve("journal-000000000002.log")));
    }

    @Test
    void coveredFiles_areDeleted() throws IOException {
        try (Journal journal = open(0, new ArrayList<>())) {
            journal.append(records("a"), false);
            journal.rotate(journal.prepare());
            journal.append(records("b"), false);
            journal.deleteThrough(1);
            assertEquals(1, files().size());
        }
        assertEquals(List.of("2:b"), replayed(0));
    }

    private Journal open(long committed, List<String> replayed) throws IOException {
        return Journal.open(
                folder,
                committed,
                disk.journalFiles(),
                (sequence, record) -> replayed.add(sequence + ":" + new String(record, UTF_8)));
    }

    private List<String> replayed(long committed) throws IOException {
        List<String> replayed = new ArrayList<>();
        open(committed, replayed).close();
        return replayed;
    }

    private static List<String> visited(Path file) throws IOException {
        List<String> visited = new ArrayList<>();
        JournalFormat.read(
                file, Long.MAX_VALUE, (sequence, record) -> visited.add(sequence + ":" + new String(record, UTF_8)));
        return visited;
    }

    private static List<byte[]> records(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
