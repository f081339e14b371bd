package io.reprise.server.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.protocol.Usage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be used, disks that go away, and processes that are killed. */
final class SqliteLedgerFailureTest {
    private static final Instant AT = Instant.parse("2026-11-02T12:00:00Z");
    private static final PriceBook PRICES = PriceBook.bundled(List.of());
    private static final SavingsQuery ALL = new SavingsQuery(null, null, List.of(), null);

    @TempDir
    private Path folder;

    @Test
    void fileThatIsNoDatabase_stopsTheOpeningAndIsLeftAsItWas() throws Exception {
        byte[] garbage = "not a ledger ".repeat(1_000).getBytes(UTF_8);
        Files.write(file(), garbage);
        assertOneLineNaming("is damaged or no database", assertThrows(LedgerException.class, this::open));
        assertArrayEquals(garbage, Files.readAllBytes(file()));
    }

    @Test
    void fileWithADamagedPage_stopsTheOpening() throws Exception {
        try (SqliteLedger ledger = open()) {
            ledger.record(call());
        }
        byte[] bytes = Files.readAllBytes(file());
        for (int i = 4_096; i < bytes.length; i++) {
            bytes[i] = (byte) 0xa5;
        }
        Files.write(file(), bytes);
        assertOneLineNaming("is damaged or no database", assertThrows(LedgerException.class, this::open));
    }

    @Test
    void lockedFile_stopsTheOpening() throws Exception {
        open().close();
        try (Connection other = connect()) {
            lock(other);
            assertOneLineNaming("is locked by another process", assertThrows(LedgerException.class, this::open));
        }
    }

    @Test
    void databaseOfAnotherProgram_stopsTheOpeningAndIsLeftAsItWas() throws Exception {
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            statement.execute("CREATE TABLE something (a)");
        }
        byte[] before = Files.readAllBytes(file());
        assertOneLineNaming("schema version 0", assertThrows(LedgerException.class, this::open));
        assertArrayEquals(before, Files.readAllBytes(file()));
    }

    @Test
    void ledgerOfALaterVersion_stopsTheOpening() throws Exception {
        open().close();
        try (Connection other = connect();
                Statement statement = other.createStatement()) {
            statement.execute("PRAGMA user_version = 4");
        }
        assertOneLineNaming("schema version 4", assertThrows(LedgerException.class, this::open));
    }

    @Test
    void folderThatIsAFile_stopsTheOpening() throws Exception {
        folder = Files.writeString(folder.resolve("data"), "");
        assertOneLineNaming("cannot be created", assertThrows(LedgerException.class, this::open));
    }

    @Test
    void fileThatIsAFolder_stopsTheOpening() throws Exception {
        Files.createDirectory(file());
        assertOneLineNaming("cannot be opened for writing", assertThrows(LedgerException.class, this::open));
    }

    @Test
    void failedWrites_areCountedAndLoseNothing() throws Exception {
        try (SqliteLedger ledger = open()) {
            try (Connection other = connect()) {
                lock(other);
                ledger.record(call());
                await(() -> ledger.counters().failedFlushes() >= 2);
                ledger.record(call());
            }
            assertEquals(2, calls(ledger));
        }
    }

    @Test
    void reportWhileTheFileIsLocked_failsWithAdvice() throws Exception {
        try (SqliteLedger ledger = open();
                Connection other = connect()) {
            lock(other);
            ledger.record(call());
            CompletionException failure = assertThrows(CompletionException.class, () -> calls(ledger));
            assertOneLineNaming(
                    "is locked by another process", assertInstanceOf(LedgerException.class, failure.getCause()));
        }
    }

    @Test
    void folderThatGoesAwayAndComesBack_hasEveryCall() throws Exception {
        folder = Files.createDirectory(folder.resolve("data"));
        Path elsewhere = folder.resolveSibling("elsewhere");
        try (SqliteLedger ledger = open()) {
            ledger.record(call());
            assertEquals(1, calls(ledger));

            Files.move(folder, elsewhere);
            ledger.record(call());
            await(() -> ledger.counters().failedFlushes() >= 2);
            Files.move(elsewhere, folder);

            ledger.record(call());
            assertEquals(3, calls(ledger));
        }
    }

    @Test
    void callsThatTheLastWriteCouldNotSave_areCountedAsDropped() throws Exception {
        SqliteLedger ledger = open();
        try (Connection other = connect()) {
            lock(other);
            ledger.record(call());
            ledger.close();
        }
        assertEquals(1, ledger.counters().droppedCalls());
    }

    @Test
    void killedProcess_losesAtMostWhatTheLastIntervalBrought() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledWhileRecording.class.getName(),
                        folder.toString())
                .inheritIO()
                .start();
        assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        assertEquals(KilledWhileRecording.EXIT_CODE, child.exitValue());

        try (SqliteLedger ledger = open()) {
            long calls = calls(ledger);
            assertTrue(
                    calls >= KilledWhileRecording.CALLS_WRITTEN
                            && calls <= KilledWhileRecording.CALLS_WRITTEN + KilledWhileRecording.CALLS_AFTER,
                    () -> "calls: " + calls);
        }
    }

    /** Records, waits until the ledger has written on its own, records more and dies at once without closing. */
    static final class KilledWhileRecording {
        static final int CALLS_WRITTEN = 1_000;
        static final int CALLS_AFTER = 500;
        static final int EXIT_CODE = 77;

        private KilledWhileRecording() {}

        public static void main(String[] args) throws Exception {
            Path folder = Path.of(args[0]);
            SqliteLedger ledger = SqliteLedger.open(settings(folder), PRICES, clock());
            for (int i = 0; i < CALLS_WRITTEN; i++) {
                ledger.record(call());
            }
            LedgerFile reader = LedgerFile.open(folder);
            await(() -> reader.report(ALL, 1).total().calls() == CALLS_WRITTEN);
            for (int i = 0; i < CALLS_AFTER; i++) {
                ledger.record(call());
            }
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }

    private SqliteLedger open() {
        return SqliteLedger.open(settings(folder), PRICES, clock());
    }

    private static LedgerSettings settings(Path folder) {
        return new LedgerSettings(folder, Duration.ofMillis(5), 1_000);
    }

    private static Clock clock() {
        return Clock.fixed(AT, ZoneOffset.UTC);
    }

    private Path file() {
        return folder.resolve("ledger.sqlite");
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private static void lock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
        }
    }

    private static CallRecord call() {
        return new CallRecord(AT, "p", "n", "gpt-4o", CallOutcome.MISS, Usage.of(12, 85, false), null);
    }

    private static long calls(SqliteLedger ledger) {
        return ledger.savings(ALL).toCompletableFuture().join().total().calls();
    }

    private static void assertOneLineNaming(String part, LedgerException e) {
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(part), message);
        assertFalse(message.contains("\n"), message);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < deadline, "the condition was not met in time");
            LockSupport.parkNanos(1_000_000);
        }
    }
}
