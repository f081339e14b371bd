package io.reprise.server.audit;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.decision.bound.Terms;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.decision.bound.WouldBeHit;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ServedHitsTest {
    private static final ServedHits.Pair PAIR = new ServedHits.Pair("asked", "stored", 0.9, 0.8);

    private final ServedHits hits = new ServedHits(2, Clock.systemUTC());

    @Test
    void hit_isFoundByItsPrincipalAlone() {
        hits.add("lk-1", "alice", "entry", ticket(true), "asked", null, PAIR);
        assertEquals("entry", requireNonNull(hits.find("lk-1", "alice")).entryId());
        assertNull(hits.find("lk-1", "bob"));
        assertNull(hits.find("lk-2", "alice"));
    }

    @Test
    void audit_isReportedOnce() {
        var hit = hits.add("lk-1", "alice", "entry", ticket(true), "asked", null, PAIR);
        assertNotNull(hit.reportOnce());
        assertNull(hit.reportOnce());
    }

    @Test
    void hitWhoseCallerIsNotAsked_isNotReported() {
        assertNull(hits.add("lk-1", "alice", "entry", ticket(true), null, null, PAIR)
                .reportOnce());
    }

    @Test
    void administrator_findsAnybodysHit() {
        hits.add("lk-1", "alice", "entry", null, null, null, PAIR);
        assertEquals("alice", requireNonNull(hits.find("lk-1", null)).principal());
    }

    @Test
    void lastHits_areShownNewestFirstWithWhatWasSaidOfThem() {
        hits.add("lk-1", "alice", "entry", null, null, null, PAIR);
        hits.add("lk-2", "alice", "entry", null, null, null, PAIR).judged(true);
        hits.add("lk-3", "bob", "entry", null, null, null, PAIR);
        List<ServedHits.Recent> recent = hits.recent();
        assertEquals(
                List.of("lk-3", "lk-2"),
                recent.stream().map(ServedHits.Recent::lookupId).toList());
        assertNull(recent.get(0).verdict());
        assertEquals("wrong", recent.get(1).verdict());
    }

    @Test
    void none_isShownWhereNoneIsKept() {
        var silent = new ServedHits(0, Clock.systemUTC());
        silent.add("lk-1", "alice", "entry", null, null, null, PAIR);
        assertEquals(List.of(), silent.recent());
        assertNotNull(silent.find("lk-1", "alice"));
    }

    @Test
    void longText_isCut() {
        var pair = new ServedHits.Pair("a".repeat(5_000), "b", 1, 1);
        assertEquals(4_001, pair.asked().length());
        assertTrue(pair.asked().endsWith("\u2026"));
    }

    private static Ticket ticket(boolean audit) {
        var hit = new WouldBeHit("alice", "default", "entry", 7, 0.99, 1, true, true);
        return new Ticket(1, hit, true, new Terms(0.9, Terms.Reason.CALIBRATION), audit, audit ? 1 : 0);
    }
}
