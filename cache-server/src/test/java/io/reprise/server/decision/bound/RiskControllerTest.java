package io.reprise.server.decision.bound;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.reprise.server.decision.bound.Published.Start;
import io.reprise.server.decision.bound.RiskSettings.ColdStart;
import io.reprise.server.decision.bound.Terms.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

final class RiskControllerTest {
    private static final RiskSettings SETTINGS = RiskSettings.defaults("verifier-1");
    private static final RiskSettings STRICT = SETTINGS.with(0.01, ColdStart.STRICT);

    private final SettableClock clock = new SettableClock();
    private long asked;

    @TempDir
    private Path folder;

    @Test
    void coldStartByCalibration_servesAndSaysWhatItRestsOn() {
        RiskController controller = open(SETTINGS);
        Ticket ticket = admit(controller, "p", 0.999);
        assertTrue(ticket.served() && ticket.audit());
        assertEquals(Reason.CALIBRATION, controller.published().terms().reason());
        assertEquals(1, controller.published().bound());
        assertFalse(controller.published().shown());
    }

    @Test
    void strictColdStart_servesNothingButAudits() {
        Ticket ticket = admit(open(STRICT), "p", 0.9999);
        assertFalse(ticket.served());
        assertTrue(ticket.audit());
        assertEquals(new Terms(Terms.EXACT_ONLY, Reason.NOT_SHOWN), ticket.terms());
    }

    @Test
    void cleanAuditsOfWithheldHits_openTheCutoff() {
        RiskController controller = open(STRICT);
        judged(controller, "p", 0.999, 600, Verdict.SAME);
        Published published = controller.published();
        assertEquals(Reason.AUDITS, published.terms().reason());
        assertTrue(admit(controller, "p", 0.999).served());
    }

    @Test
    void cleanAuditsOfServedHits_showTheBound() {
        RiskController controller = open(SETTINGS);
        judged(controller, "p", 0.999, 600, Verdict.SAME);
        Published published = controller.published();
        assertTrue(published.shown(), "bound " + published.bound());
        assertEquals(600, published.served());
        assertEquals(0.0, published.estimate());
    }

    /** What is audited costs money: it becomes less soon after the bound is shown, and goes on becoming less. */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.03, 0.1})
    void boundThatIsShown_isFollowedByFewerAudits(double ceiling) {
        RiskController controller = open(SETTINGS.with(ceiling, ColdStart.PRIOR));
        int shownAfter = 0;
        while (!controller.published().shown()) {
            judged(controller, "p", 0.9999, 1, Verdict.SAME);
            shownAfter++;
        }
        double before = 1;
        for (int hits = 3 * shownAfter / 2; hits <= 96 * shownAfter; hits *= 2) {
            judged(controller, "p", 0.9999, hits - (int) controller.published().served(), Verdict.SAME);
            double now = controller.published().auditRate();
            assertTrue(now < before, hits + " hits, shown after " + shownAfter + ": " + now + " after " + before);
            assertTrue(controller.published().shown());
            before = now;
        }
        assertEquals(SETTINGS.settledAuditRate(), before);
    }

    @Test
    void wrongAnswers_raiseTheCutoffToExactHits() {
        RiskController controller = open(SETTINGS);
        for (int i = 0; i < 30; i++) {
            judged(controller, "p" + i, 0.9999, 1, Verdict.DIFFERENT);
        }
        assertTrue(controller.published().terms().exactOnly());
        assertTrue(controller.terms("another", "default", 1).exactOnly());
    }

    /** The namespace whose hits are wrong is barred before the others have to pay for it. */
    @Test
    void wrongAnswersOfOneNamespace_areItsOwn() {
        RiskController controller = open(SETTINGS);
        judged(controller, "p", 0.9999, 30, Verdict.DIFFERENT);
        assertEquals(new Terms(Terms.EXACT_ONLY, Reason.NAMESPACE), controller.terms("p", "default", 1));
        assertFalse(controller.terms("another", "default", 1).exactOnly());
    }

    @Test
    void stricterCaller_getsAStricterCutoff() {
        RiskController controller = open(SETTINGS);
        double own = controller.terms("p", "default", 1).cutoff();
        assertTrue(controller.terms("p", "default", 0.001).cutoff() > own);
        assertTrue(controller.terms("p", "default", 0).exactOnly());
        assertEquals(own, controller.terms("p", "default", 0.5).cutoff());
    }

    /** Where upstream's answers are all alike no audit can find anything. */
    @Test
    void auditsThatFindNothing_neverLoosenTheCutoff() {
        RiskController controller = open(SETTINGS);
        double start = controller.published().terms().cutoff();
        for (int i = 0; controller.published().total().audits() < 1500; i++) {
            judged(controller, "p" + i % 7, 0.5 + 0.5 * (i % 1500) / 1500, 1, Verdict.SAME);
            judged(controller, "p" + i % 7, 0.999, 1, Verdict.SAME);
        }
        assertEquals(new Terms(start, Reason.AUDITS), controller.published().terms());
        Ticket below = admit(controller, "p", start - 0.001);
        assertFalse(below.served() || below.audit());
    }

    @Test
    void strictColdStart_isNeverLooserThanTheCalibrationEither() {
        RiskController controller = open(STRICT);
        judged(controller, "p", 0.9999, 3000, Verdict.SAME);
        assertEquals(
                open(SETTINGS).published().terms().cutoff(),
                controller.published().terms().cutoff());
    }

    @Test
    void calibrationThatNeverHolds_servesNothingWhateverAuditsFind() {
        var hopeless = new Prior(cutoff -> 0.5, 1000);
        RiskController controller =
                RiskController.open(SETTINGS, hopeless, JudgeErrors.none(), clock, new Random(1), null);
        judged(controller, "p", 0.9999, 1000, Verdict.SAME);
        assertTrue(controller.published().terms().exactOnly());
    }

    @Test
    void restart_takesNoCountBack() {
        RiskController controller = open(SETTINGS);
        long audits = 0;
        for (int i = 0; controller.published().restarts() == 0; i++) {
            judged(controller, "p" + i, 0.9999, 1, Verdict.DIFFERENT);
            audits++;
        }
        Published published = controller.published();
        assertEquals(0, published.audits());
        assertEquals(audits, published.total().audits() + published.total().auditsWithheld());
        assertEquals(published.total().audits(), published.total().alarms());
    }

    @Test
    void restart_isForgivenAfterAWhile() {
        RiskController controller = open(SETTINGS);
        for (int i = 0; controller.published().restarts() == 0; i++) {
            judged(controller, "p" + i, 0.9999, 1, Verdict.DIFFERENT);
        }
        assertFalse(admit(controller, "p", 0.9999).served());
        clock.pass(Duration.ofDays(31));
        assertTrue(admit(controller, "p", 0.9999).served());
    }

    @Test
    void auditsOfWithheldHits_areCountedAsSuch() {
        RiskController controller = open(SETTINGS);
        judged(controller, "p", 0.9999, 30, Verdict.DIFFERENT);
        judged(controller, "p", 0.9999, 20, Verdict.SAME);
        HitCounts total = controller.published().total();
        assertEquals(50, total.audits() + total.auditsWithheld());
        assertTrue(total.auditsWithheld() >= 20, total.toString());
    }

    @Test
    void whatIsRare_leavesALine() {
        var log = (Logger) LoggerFactory.getLogger(RiskController.class);
        var events = new ListAppender<ILoggingEvent>();
        events.start();
        log.addAppender(events);
        log.setLevel(Level.INFO);
        try {
            RiskController controller = open(SETTINGS);
            Ticket voted = admit(controller, "p", 0.9999);
            controller.audited(voted, Verdict.SAME);
            controller.feedback(voted, "p", true);
            assertLines(events, Level.INFO, "calls the answer of entry e1 wrong");
            for (int i = 0; controller.published().restarts() == 0; i++) {
                judged(controller, "p" + i, 0.9999, 1, Verdict.DIFFERENT);
            }
            assertLines(events, Level.WARN, "An alarm: an audit finds the answer of entry e2 different");
            assertLines(events, Level.INFO, "The cut-off: a hit needs a confidence of 0.99");
            assertLines(events, Level.WARN, "Hits by meaning end");
            clock.pass(Duration.ofDays(31));
            admit(controller, "p", 0.9999);
            assertLines(events, Level.INFO, "Hits by meaning begin again");
        } finally {
            log.detachAppender(events);
            log.setLevel(null);
        }
    }

    private static void assertLines(ListAppender<ILoggingEvent> events, Level level, String part) {
        assertTrue(
                events.list.stream()
                        .anyMatch(event -> event.getLevel() == level
                                && event.getFormattedMessage().contains(part)),
                () -> part + " is not in " + events.list);
    }

    /** Otherwise what was not audited would count before what was, and the bound would lie too low. */
    @Test
    void hitsAfterAnAwaitedVerdict_wait() {
        RiskController controller = open(SETTINGS);
        Ticket first = admit(controller, "p", 0.999);
        Ticket second = admit(controller, "p", 0.999);
        controller.audited(second, Verdict.SAME);
        assertEquals(0, controller.published().served());
        assertEquals(2, controller.published().waiting());
        controller.audited(first, Verdict.SAME);
        assertEquals(2, controller.published().served());
    }

    @Test
    void lostAudit_leavesItsHitOut() {
        RiskController controller = open(SETTINGS);
        controller.auditLost(admit(controller, "p", 0.999));
        assertEquals(0, controller.published().served());
        assertEquals(1, controller.published().lostAudits());
    }

    @Test
    void secondVerdict_isIgnored() {
        RiskController controller = open(SETTINGS);
        Ticket ticket = admit(controller, "p", 0.999);
        assertTrue(controller.audited(ticket, Verdict.SAME));
        assertFalse(controller.audited(ticket, Verdict.DIFFERENT));
        assertEquals(0, controller.published().alarms());
    }

    @Test
    void wrongPair_isNotServedAgain() {
        RiskController controller = open(SETTINGS);
        var hit = new WouldBeHit("p", "default", "e", 7, 0.9999, 1, true, true);
        controller.audited(controller.admit(hit), Verdict.DIFFERENT);
        Ticket again = controller.admit(hit);
        assertFalse(again.served() || again.audit());
        assertEquals(Reason.QUARANTINE, again.terms().reason());
    }

    @Test
    void vote_countsOnceAndOnlyForItsOwner() {
        RiskController controller = open(SETTINGS);
        Ticket ticket = admit(controller, "p", 0.999);
        assertEquals(Feedback.NOT_YOURS, controller.feedback(ticket, "q", true));
        assertEquals(Feedback.TIGHTENED, controller.feedback(ticket, "p", true));
        assertEquals(Feedback.REPEATED, controller.feedback(ticket, "p", false));
        assertEquals(Feedback.NOT_SERVED, controller.feedback(admit(controller, "p", 0.6), "p", true));
        assertEquals(1, controller.namespace("p", "default").wrongVotes());
    }

    @Test
    void hostileVoter_hurtsNobodyElse() {
        RiskController controller = open(SETTINGS);
        Terms before = controller.terms("other", "default", 1);
        for (int i = 0; i < 200; i++) {
            Ticket ticket = admit(controller, "hostile", 0.99995);
            controller.audited(ticket, Verdict.SAME);
            controller.feedback(ticket, "hostile", true);
        }
        assertEquals(new Terms(Terms.EXACT_ONLY, Reason.NAMESPACE), controller.terms("hostile", "default", 1));
        assertTrue(controller.terms("other", "default", 1).cutoff() <= before.cutoff());
    }

    @Test
    void rightVotes_loosenNothing() {
        RiskController controller = open(STRICT);
        judged(controller, "p", 0.999, 450, Verdict.SAME);
        Published before = controller.published();
        for (int i = 0; i < 1000; i++) {
            controller.feedback(admit(controller, "p", 0.9999), "p", false);
        }
        assertEquals(before.terms(), controller.published().terms());
    }

    /** Who votes against every wrong answer has few votes among what was served. */
    @Test
    void votesBelowTheCeiling_barNothing() {
        RiskController controller = open(SETTINGS);
        for (int i = 0; i < 1000; i++) {
            Ticket ticket = admit(controller, "p", 0.999);
            controller.audited(ticket, Verdict.SAME);
            if (i % 250 == 249) {
                controller.feedback(ticket, "p", true);
            }
        }
        assertEquals(Reason.AUDITS, controller.terms("p", "default", 1).reason());
    }

    @Test
    void votesBelowTheCeiling_barNothingWhereNothingIsAuditedEither() {
        RiskController controller = open(SETTINGS.withAuditRates(0, 0));
        for (int i = 0; i < 1000; i++) {
            Ticket ticket = admit(controller, "p", 0.999);
            if (i % 250 == 249) {
                controller.feedback(ticket, "p", true);
            }
        }
        assertEquals(Reason.CALIBRATION, controller.terms("p", "default", 1).reason());
        assertEquals(1000, controller.namespace("p", "default").served());
    }

    @Test
    void namespacesEvidence_endsWithTime() {
        RiskController controller = open(SETTINGS);
        for (int i = 0; i < 5; i++) {
            controller.feedback(admit(controller, "p", 0.99995), "p", true);
        }
        assertEquals(Reason.NAMESPACE, controller.terms("p", "default", 1).reason());
        clock.pass(Duration.ofDays(31));
        assertEquals(Reason.CALIBRATION, controller.terms("p", "default", 1).reason());
    }

    @Test
    void whatCannotBeAudited_isOutsideTheBound() {
        RiskController controller = open(SETTINGS);
        Ticket ticket = controller.admit(new WouldBeHit("p", "default", "e", 1, 0.9999, 1, true, false));
        assertTrue(ticket.served());
        assertFalse(ticket.audit());
        assertEquals(1, controller.published().outside());
        assertEquals(0, controller.published().served());
    }

    @Test
    void shadowMode_auditsAndServesNothing() {
        Ticket ticket = open(SETTINGS).admit(new WouldBeHit("p", "default", "e", 1, 0.9999, 1, false, true));
        assertFalse(ticket.served());
        assertTrue(ticket.audit());
    }

    @Test
    void auditsOff_isPublished() {
        RiskController controller = open(SETTINGS.withAuditRates(0, 0));
        Ticket ticket = admit(controller, "p", 0.999);
        assertTrue(ticket.served());
        assertFalse(ticket.audit());
        assertTrue(controller.published().auditsOff());
        assertEquals(1, controller.published().bound());
    }

    @Test
    void fullQueue_givesUpTheOldestAudit() {
        RiskController controller = open(SETTINGS);
        for (int i = 0; i < SETTINGS.maxWaiting() + 10; i++) {
            admit(controller, "p", 0.999);
        }
        assertEquals(SETTINGS.maxWaiting(), controller.published().waiting());
        assertEquals(10, controller.published().lostAudits());
    }

    @Test
    void savedState_goesOn() {
        RiskController before = open(SETTINGS, folder);
        judged(before, "p", 0.999, 700, Verdict.SAME);
        Ticket wrong = wrong(before);
        before.save();

        RiskController after = open(SETTINGS, folder);
        assertEquals(Start.STATE, after.published().start());
        assertEquals(before.published().bound(), after.published().bound());
        assertEquals(before.published().terms(), after.published().terms());
        assertEquals(before.namespace("p", "default"), after.namespace("p", "default"));
        assertTrue(isBarred(after, wrong));
    }

    @Test
    void unchangedState_isNotWrittenAgain() throws IOException {
        RiskController controller = open(SETTINGS, folder);
        controller.save();
        assertEquals(List.of(), files());
        judged(controller, "p", 0.999, 1, Verdict.SAME);
        controller.save();
        Files.delete(evidence());
        controller.save();
        assertEquals(List.of(), files());
        judged(controller, "p", 0.999, 1, Verdict.SAME);
        controller.save();
        assertEquals(1, files().size());
    }

    @Test
    void tornState_startsColdAndSaysSo() throws IOException {
        save();
        flipAByte(evidence());
        Published published = open(SETTINGS, folder).published();
        assertEquals(Start.UNREADABLE_STATE, published.start());
        assertEquals(0, published.served());
    }

    @Test
    void tornQuarantine_startsColdAltogether() throws IOException {
        RiskController controller = open(SETTINGS, folder);
        judged(controller, "p", 0.999, 100, Verdict.SAME);
        wrong(controller);
        controller.save();
        flipAByte(folder.resolve("quarantine.bin"));
        Published published = open(SETTINGS, folder).published();
        assertEquals(Start.UNREADABLE_STATE, published.start());
        assertEquals(0, published.served());
    }

    @Test
    void emptyState_startsCold() throws IOException {
        save();
        Files.write(evidence(), new byte[0]);
        assertEquals(Start.UNREADABLE_STATE, open(SETTINGS, folder).published().start());
    }

    @Test
    void stateOfOtherAuditRates_isForeign() {
        save();
        RiskSettings other = SETTINGS.withAuditRates(0.5, 0.1);
        assertEquals(Start.FOREIGN_STATE, open(other, folder).published().start());
    }

    @Test
    void anotherVerifier_leavesTheStateForWhenTheFirstComesBack() {
        save();
        RiskController other = open(RiskSettings.defaults("verifier-2"), folder);
        assertEquals(Start.NO_STATE, other.published().start());
        judged(other, "p", 0.999, 1, Verdict.SAME);
        other.save();
        Published published = open(SETTINGS, folder).published();
        assertEquals(Start.STATE, published.start());
        assertEquals(100, published.served());
    }

    @Test
    void anotherVerifier_keepsWhatIsInQuarantine() {
        RiskController before = open(SETTINGS, folder);
        Ticket wrong = wrong(before);
        before.save();
        RiskController other = open(RiskSettings.defaults("verifier-2"), folder);
        assertTrue(isBarred(other, wrong));
    }

    @Test
    void noState_startsCold() {
        Published published = open(SETTINGS, folder).published();
        assertEquals(Start.NO_STATE, published.start());
        assertNull(published.estimate());
    }

    private void save() {
        RiskController controller = open(SETTINGS, folder);
        judged(controller, "p", 0.999, 100, Verdict.SAME);
        controller.save();
    }

    /** A hit that was served and found wrong. */
    private Ticket wrong(RiskController controller) {
        Ticket wrong = admit(controller, "p", 0.99995);
        controller.audited(wrong, Verdict.DIFFERENT);
        controller.feedback(wrong, "p", true);
        return wrong;
    }

    private static boolean isBarred(RiskController controller, Ticket ticket) {
        return controller.quarantineCutoff(
                        ticket.hit().askedHash(), ticket.hit().entryId())
                == Terms.EXACT_ONLY;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private Path evidence() throws IOException {
        return files().stream()
                .filter(file -> file.getFileName().toString().startsWith("evidence-"))
                .findFirst()
                .orElseThrow();
    }

    private static void flipAByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    private RiskController open(RiskSettings settings) {
        return open(settings, null);
    }

    private RiskController open(RiskSettings settings, @Nullable Path in) {
        return RiskController.open(
                settings, Prior.ofCalibratedProbabilities(), JudgeErrors.none(), clock, new Random(1), in);
    }

    /** Every call asks another text of another entry. */
    private Ticket admit(RiskController controller, String principal, double probability) {
        asked++;
        return controller.admit(new WouldBeHit(principal, "default", "e" + asked, asked, probability, 1, true, true));
    }

    private void judged(RiskController controller, String principal, double probability, int hits, Verdict verdict) {
        for (int i = 0; i < hits; i++) {
            Ticket ticket = admit(controller, principal, probability);
            if (ticket.audit()) {
                controller.audited(ticket, verdict);
            }
        }
    }
}
