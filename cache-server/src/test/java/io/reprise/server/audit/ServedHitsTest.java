package io.reprise.server.audit;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.reprise.server.decision.bound.Terms;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.decision.bound.WouldBeHit;
import org.junit.jupiter.api.Test;

final class ServedHitsTest {
    private final ServedHits hits = new ServedHits();

    @Test
    void hit_isFoundByItsPrincipalAlone() {
        hits.add("lk-1", "alice", "entry", ticket(true), "asked", null);
        assertEquals("entry", requireNonNull(hits.find("lk-1", "alice")).entryId());
        assertNull(hits.find("lk-1", "bob"));
        assertNull(hits.find("lk-2", "alice"));
    }

    @Test
    void audit_isReportedOnce() {
        var hit = hits.add("lk-1", "alice", "entry", ticket(true), "asked", null);
        assertNotNull(hit.reportOnce());
        assertNull(hit.reportOnce());
    }

    @Test
    void hitWhoseCallerIsNotAsked_isNotReported() {
        assertNull(hits.add("lk-1", "alice", "entry", ticket(true), null, null).reportOnce());
    }

    private static Ticket ticket(boolean audit) {
        var hit = new WouldBeHit("alice", "default", "entry", 7, 0.99, 1, true, true);
        return new Ticket(1, hit, true, new Terms(0.9, Terms.Reason.CALIBRATION), audit, audit ? 1 : 0);
    }
}
