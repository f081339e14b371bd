package io.reprise.server.cache.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose entries go: nobody's below its fair share for what others store, and those of made-up callers first. */
class OwnersTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final ProvenPrincipals principals = ProvenPrincipals.inMemory();
    private final Map<String, String> principalById = new HashMap<>();
    private final Map<String, Integer> held = new HashMap<>();
    private int number;

    @ParameterizedTest
    @CsvSource({
        // bound, stored by ann, then by bob, left of ann, left of bob
        "60, 40, 120, 30, 30",
        "60, 20, 500, 20, 40",
        "60, 60, 1, 59, 1",
        "60, 0, 120, 0, 60",
        "1000, 500, 2000, 500, 500",
        "61, 40, 120, 30, 31"
    })
    void storesOfOne_leaveTheFairShareOfAnother(int bound, int ann, int bob, int annLeft, int bobLeft) {
        var residents = residents(new Bounds(bound, 0, 0));
        store(residents, "name:ann", ann, 100);
        store(residents, "name:bob", bob, 100);

        assertEquals(bound, left("name:ann") + left("name:bob"), bound / 100.0);
        assertTrue(left("name:ann") >= annLeft, held.toString());
        assertEquals(bobLeft, left("name:bob"), 1 + bound / 100.0);
    }

    @Test
    void largeEntriesOfOne_leaveTheFairShareOfAnother() {
        var residents = residents(new Bounds(0, 60_000, 0));
        store(residents, "name:ann", 300, 100);
        store(residents, "name:bob", 12, 9_000);

        assertEquals(300, left("name:ann"));
        assertEquals(3, left("name:bob"));
    }

    @Test
    void manyMadeUpCallers_shareATwentieth() {
        var residents = residents(new Bounds(1000, 0, 0));
        store(residents, "name:ann", 10, 100);
        for (int i = 0; i < 500; i++) {
            store(residents, "key:" + i, 1, 100);
        }

        assertEquals(10, left("name:ann"));
        assertEquals(50, held.values().stream().mapToInt(each -> each).sum() - 10);

        store(residents, "name:ann", 2000, 100);
        assertTrue(left("name:ann") >= 930, held.toString());
    }

    @Test
    void madeUpCallersAlone_haveAllTheRoomAndAFairShareEach() {
        var residents = residents(new Bounds(60, 0, 0));
        store(residents, "key:ann", 40, 100);
        store(residents, "key:bob", 120, 100);

        assertTrue(left("key:ann") >= 30, held.toString());
        assertTrue(left("key:bob") >= 29, held.toString());
    }

    @Test
    void callerWhomUpstreamKnows_leavesThePool() {
        var residents = residents(new Bounds(100, 0, 0));
        store(residents, "anonymous", 1, 100);
        residents.prove("key:ann");
        store(residents, "key:ann", 40, 100);
        store(residents, "key:bob", 3, 100);
        residents.prove("key:bob");
        store(residents, "key:bob", 20, 100);
        store(residents, "key:eve", 200, 100);

        assertEquals(40, left("key:ann"));
        assertEquals(23, left("key:bob"));
        assertEquals(5, left("key:eve"));
    }

    @Test
    void proof_staysAfterARestart(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("principals.txt");
        var first = ProvenPrincipals.open(file);
        first.foundAll();
        assertTrue(first.prove("key:ann"));
        assertFalse(first.prove("key:ann"));
        assertFalse(first.prove("anonymous"));

        var next = ProvenPrincipals.open(file);
        next.found("key:eve");
        next.foundAll();

        assertTrue(next.isProven("key:ann"));
        assertFalse(next.isProven("key:eve"));
        assertTrue(next.isProven("anonymous"));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    @Test
    void callersOfADataFolderWithoutAFile_areTakenForProven(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("principals.txt");
        var first = ProvenPrincipals.open(file);
        first.found("key:old");
        first.prove("key:ann");
        first.foundAll();

        var next = ProvenPrincipals.open(file);

        assertTrue(next.isProven("key:old") && next.isProven("key:ann"));
    }

    private Residents residents(Bounds bounds) {
        return new Residents(bounds, Residents.SAMPLE, principals, () -> NOW, new Random(1));
    }

    private int left(String principal) {
        return held.getOrDefault(principal, 0);
    }

    /** Stores entries one by one, and drops what is too much after each. */
    private void store(Residents residents, String principal, int count, int bytes) {
        for (int i = 0; i < count; i++) {
            String id = Ids.of(number++);
            principalById.put(id, principal);
            held.merge(principal, 1, Integer::sum);
            boolean tooMuch = residents.stored(new Resident(
                    id,
                    principal,
                    "a",
                    bytes,
                    1_000_000,
                    NOW.toEpochMilli(),
                    NOW.plusSeconds(1000).toEpochMilli()));
            while (tooMuch) {
                List<String> gone =
                        residents.victims(7).stream().map(Victim::id).toList();
                residents.removed(gone);
                gone.forEach(each -> held.merge(principalById.get(each), -1, Integer::sum));
                tooMuch = !gone.isEmpty();
            }
        }
    }
}
