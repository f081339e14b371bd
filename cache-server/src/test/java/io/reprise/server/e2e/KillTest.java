package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.crash.KillRounds;
import io.reprise.server.crash.ServerProcess;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code benchmarks/run kill} does the same for longer. */
class KillTest {
    private static final int KILLS = 5;
    private static final long LONGEST_LOAD_MILLIS = 700;

    @TempDir
    Path folder;

    @Test
    void serverKilledUnderLoad_losesNothingAcknowledgedAndBringsNothingBack() {
        long seed = Long.getLong("reprise.kill.seed", new SecureRandom().nextLong());
        var rounds = new KillRounds(
                arguments -> ServerProcess.begin(
                        ServerProcess.command(folder.resolve("data"), arguments),
                        Map.of(),
                        folder.resolve("server.log")),
                LONGEST_LOAD_MILLIS,
                seed);

        KillRounds.Report report = rounds.run(KILLS, kill -> {});

        assertEquals(List.of(), report.problems(), () -> "with -Dreprise.kill.seed=" + seed);
        assertTrue(report.stores() > 0 && report.deletes() > 0, report::toString);
    }
}
