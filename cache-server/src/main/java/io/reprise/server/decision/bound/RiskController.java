package io.reprise.server.decision.bound;

import io.reprise.server.decision.bound.Namespaces.Area;
import io.reprise.server.decision.bound.PooledEvidence.Allowed;
import io.reprise.server.decision.bound.Published.Start;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the share of wrong answers among served semantic hits under a ceiling, and says what it is at most.
 *
 * <p>A policy asks {@link #terms} what a candidate must reach, and hands every would-be hit (floor and guards passed, whatever its
 * probability) to {@link #admit}, once per lookup: what is not served must be handed in too, because audits of it can
 * show that a cut-off which was raised may come down again, though never below where the calibration began. The ticket
 * says whether to serve and whether to audit; the audit's verdict comes back through {@link #audited}, a vote through
 * {@link #feedback}. Nothing here blocks or does I/O but {@link #open}, {@link #save} and a line in the log for what is
 * rare: an alarm, a vote against an answer, another cut-off. A decision takes about a microsecond under one lock.
 *
 * <p><b>How the bound stays true while verdicts are awaited.</b> Hits enter the evidence in the order in which they were admitted, each
 * when its verdict is there; those after an audit that is still under way wait. Otherwise the unaudited would be counted before the audited,
 * and the bound would lie too low for a while.
 *
 * <p>The bound covers, for each window, what is served under {@code settings.confidence()}; {@code docs/bound.md} has assumptions and
 * proofs. Thread-safe.
 */
public final class RiskController {
    private static final Logger log = LoggerFactory.getLogger(RiskController.class);
    private static final int MAX_VOTES_REMEMBERED = 100_000;

    /** A would-be hit on its way into the evidence. */
    private static final class Waiting {
        final Ticket ticket;
        final boolean countsForCutoffs;
        boolean awaited;
        boolean lost;
        boolean alarm;

        Waiting(Ticket ticket, boolean countsForCutoffs) {
            this.ticket = ticket;
            this.countsForCutoffs = countsForCutoffs;
            this.awaited = ticket.audit();
        }
    }

    private final RiskSettings settings;
    private final Clock clock;
    private final RandomGenerator random;
    private final double[] cutoffs;
    private final Start start;
    private final Object saving = new Object();
    /** Guarded by {@code saving}. */
    private final @Nullable SavedFiles files;
    // All below is guarded by this.
    private final PooledEvidence pool;
    private final Namespaces namespaces;
    private final Quarantine quarantine;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private final Map<Long, Waiting> awaited = new HashMap<>();
    private final LinkedHashSet<Long> voted = new LinkedHashSet<>();
    private long lastNumber;
    private long lostAudits;
    private long outside;
    private Terms told;

    private RiskController(
            RiskSettings settings,
            Clock clock,
            RandomGenerator random,
            @Nullable SavedFiles files,
            Parts parts,
            Start start) {
        this.settings = settings;
        this.clock = clock;
        this.random = random;
        this.files = files;
        this.cutoffs =
                settings.cutoffs().stream().mapToDouble(Double::doubleValue).toArray();
        this.pool = parts.pool();
        this.namespaces = parts.namespaces();
        this.quarantine = parts.quarantine();
        this.start = start;
        this.told = pooledTerms(pool.allowed(settings.maxWrongRate()));
    }

    /** What is kept on disk. */
    private record Parts(PooledEvidence pool, Namespaces namespaces, Quarantine quarantine) {
        static Parts fresh(RiskSettings settings, Prior prior, JudgeErrors judge, Clock clock) {
            return new Parts(
                    new PooledEvidence(settings, prior, judge, clock.millis()),
                    new Namespaces(settings),
                    new Quarantine(clock, settings.quarantineMemory(), settings.maxQuarantined()));
        }
    }

    /**
     * Where it is kept.
     *
     * @param evidence of one subject: what audits show of one verifier says nothing of another
     * @param quarantine of all: an answer that was wrong is wrong whoever would serve it
     */
    private record SavedFiles(StateFile evidence, StateFile quarantine) {
        private static final String QUARANTINE = "quarantine";

        static SavedFiles in(Path folder, String subject, int fingerprint) {
            return new SavedFiles(
                    StateFile.ofSubject(folder, subject, fingerprint),
                    new StateFile(folder.resolve(QUARANTINE + ".bin"), QUARANTINE, 0));
        }
    }

    private record Encoded(byte[] evidence, byte[] quarantine) {}

    /**
     * Goes on from the state in a folder, or starts cold when there is none that fits, which {@link Published#start()} says. Evidence of
     * another subject stays where it is, for when that one comes back; what is in quarantine stays in it under every subject.
     *
     * @param judge errors of the judge of audits, as known now; its counts are the caller's to keep
     * @param random draws the audits; who can predict it can hide wrong answers from them. Used under the controller's lock
     * @param folder where {@link #save} puts the state; null keeps it in memory
     */
    public static RiskController open(
            RiskSettings settings,
            Prior prior,
            JudgeErrors judge,
            Clock clock,
            RandomGenerator random,
            @Nullable Path folder) {
        Parts parts = Parts.fresh(settings, prior, judge, clock);
        if (folder == null) {
            return new RiskController(settings, clock, random, null, parts, Start.NO_STATE);
        }
        SavedFiles files =
                SavedFiles.in(folder, settings.subject(), parts.pool().fingerprint());
        Parts read = parts;
        Start start = files.evidence().read(in -> {
            read.pool().read(in);
            read.namespaces().read(in);
        });
        if (start != Start.STATE) {
            parts = Parts.fresh(settings, prior, judge, clock);
        }
        Quarantine quarantine = parts.quarantine();
        if (files.quarantine().read(quarantine::read) == Start.UNREADABLE_STATE) {
            // Evidence that what is quarantined would have worsened is not to be trusted without it.
            parts = Parts.fresh(settings, prior, judge, clock);
            start = Start.UNREADABLE_STATE;
        }
        var controller = new RiskController(settings, clock, random, files, parts, start);
        Encoded encoded = controller.encoded(files);
        files.evidence().isSaved(encoded.evidence());
        files.quarantine().isSaved(encoded.quarantine());
        return controller;
    }

    /**
     * What candidates must reach in a namespace; an entry's quarantine may ask for more.
     *
     * @param maxWrongRate the caller's ceiling, 0 to 1; more than the operator's counts as the operator's
     */
    public synchronized Terms terms(String principal, String namespace, double maxWrongRate) {
        return terms(namespaces.of(new Area(principal, namespace), clock.millis()), maxWrongRate);
    }

    /** The probability an entry must reach for this text because of earlier wrong answers, 0 when there were none. */
    public synchronized double quarantineCutoff(long askedHash, String entryId) {
        return quarantine.cutoff(askedHash, entryId);
    }

    /** Decides about one would-be hit, and whether it is audited. */
    public synchronized Ticket admit(WouldBeHit hit) {
        var area = new Area(hit.principal(), hit.namespace());
        long now = clock.millis();
        pool.forgive(now);
        Terms terms = terms(namespaces.of(area, now), hit.maxWrongRate());
        boolean barredHere = terms.reason() == Terms.Reason.NAMESPACE;
        double inQuarantine = quarantine.cutoff(hit.askedHash(), hit.entryId());
        boolean quarantined = inQuarantine > Math.max(hit.probability(), terms.cutoff());
        if (inQuarantine > terms.cutoff()) {
            terms = new Terms(Math.min(inQuarantine, Terms.EXACT_ONLY), Terms.Reason.QUARANTINE);
        }
        boolean served = hit.mayServe() && hit.probability() >= terms.cutoff();
        boolean counted = hit.auditable() && !quarantined && hit.probability() >= pool.least();
        double propensity = counted ? pool.propensity() : 0;
        boolean audit = propensity > 0 && random.nextDouble() < propensity;
        var ticket = new Ticket(++lastNumber, hit, served, terms, audit, propensity);
        if (propensity > 0) {
            enter(new Waiting(ticket, !barredHere));
        } else if (served) {
            outside++;
            // Its caller may vote on it, and votes are counted over all that was served.
            namespaces.begun(area, now).add(reached(hit.probability()), true, false, false);
        }
        tellOfAnotherCutoff();
        return ticket;
    }

    /**
     * Takes the verdict of an audit that a ticket asked for.
     *
     * @return whether it was still awaited; if not, nothing changed
     */
    public synchronized boolean audited(Ticket ticket, Verdict verdict) {
        Waiting waiting = awaited.remove(ticket.number());
        if (waiting == null) {
            return false;
        }
        if (verdict == Verdict.DIFFERENT) {
            WouldBeHit hit = ticket.hit();
            if (ticket.served()) {
                quarantine.add(hit.askedHash(), hit.entryId(), hit.probability());
            } else {
                quarantine.bar(hit.askedHash(), hit.entryId());
            }
        }
        waiting.alarm = verdict != Verdict.SAME;
        if (waiting.alarm) {
            log.warn(
                    "An alarm: an audit finds the answer of entry {} {} beside a fresh one; it was {} with confidence"
                            + " {}",
                    ticket.hit().entryId(),
                    verdict == Verdict.DIFFERENT ? "different" : "doubtful",
                    ticket.served() ? "served" : "withheld",
                    ticket.hit().probability());
        }
        waiting.awaited = false;
        drain();
        return true;
    }

    /** Gives up an audit: no fresh answer could be had, for a reason that has nothing to do with the cached one. */
    public synchronized void auditLost(Ticket ticket) {
        Waiting waiting = awaited.remove(ticket.number());
        if (waiting != null) {
            lose(waiting);
            drain();
        }
    }

    /**
     * Takes a vote on what a lookup was served. A wrong answer counts against its namespace and its entry; nothing ever loosens.
     *
     * @param principal who votes
     */
    public synchronized Feedback feedback(Ticket ticket, String principal, boolean wrong) {
        WouldBeHit hit = ticket.hit();
        if (!hit.principal().equals(principal)) {
            return Feedback.NOT_YOURS;
        }
        if (!ticket.served()) {
            return Feedback.NOT_SERVED;
        }
        if (!voted.add(ticket.number())) {
            return Feedback.REPEATED;
        }
        if (voted.size() > MAX_VOTES_REMEMBERED) {
            voted.removeFirst();
        }
        if (!wrong) {
            return Feedback.NOTED;
        }
        NamespaceRecord own = namespaces.begun(new Area(hit.principal(), hit.namespace()), clock.millis());
        double before = terms(own, settings.maxWrongRate()).cutoff();
        own.vote(reached(hit.probability()));
        quarantine.add(hit.askedHash(), hit.entryId(), hit.probability());
        double after = terms(own, settings.maxWrongRate()).cutoff();
        log.info(
                "Its caller calls the answer of entry {} wrong, which was served with confidence {}; {}",
                hit.entryId(),
                hit.probability(),
                before == after ? "the cut-off stays" : "in that caller's namespace " + inWords(after));
        return Feedback.TIGHTENED;
    }

    /** Replaces what is known of the judge's errors. Must not come from those whose hits are judged. */
    public synchronized void judge(JudgeErrors errors) {
        pool.judge(errors);
        namespaces.judgeChanged();
        tellOfAnotherCutoff();
    }

    /** An entry was deleted, replaced or has expired: its quarantine ends. */
    public synchronized void forget(String entryId) {
        quarantine.forget(entryId);
    }

    /** What is to be said of all served semantic hits now. Costs some ten microseconds. */
    public synchronized Published published() {
        double bound = pool.bound();
        AlarmCount served = pool.served();
        Allowed allowed = pool.allowed(settings.maxWrongRate());
        return new Published(
                settings.maxWrongRate(),
                settings.confidence(),
                bound,
                bound <= settings.maxWrongRate(),
                pool.estimate(),
                pooledTerms(allowed),
                allowed.index() < 0 ? null : pool.expectedByCalibration(allowed.index()),
                Instant.ofEpochMilli(pool.sinceMillis()),
                served.hits(),
                served.audits(),
                served.alarms(),
                pool.total(),
                queue.size(),
                lostAudits,
                outside,
                pool.propensity(),
                pool.judge(),
                settings.windowHits(),
                pool.restarts(),
                pool.restarts() == 0 ? null : Instant.ofEpochMilli(pool.lastRestartMillis()),
                start);
    }

    /** What a namespace has against itself. */
    public synchronized NamespaceEvidence namespace(String principal, String namespace) {
        NamespaceRecord own = namespaces.of(new Area(principal, namespace), clock.millis());
        Terms terms = terms(own, settings.maxWrongRate());
        return own == null
                ? new NamespaceEvidence(terms, 0, 0, 0, 0)
                : new NamespaceEvidence(terms, own.served(), own.audits(), own.alarms(), own.votes());
    }

    /**
     * Replaces the files by the state as it is now, each only when it has changed since; nothing without a folder. Audits under way are not in
     * it: who saves last at closing gives them up first or waits for them.
     *
     * @throws java.io.UncheckedIOException when it cannot be written; the old files are whole then
     */
    public void save() {
        if (files == null) {
            return;
        }
        // Outside the decisions' lock, so that no lookup waits for the disk; two savers keep their order.
        synchronized (saving) {
            Encoded now = encoded(files);
            files.quarantine().save(now.quarantine());
            files.evidence().save(now.evidence());
        }
    }

    private synchronized Encoded encoded(SavedFiles to) {
        return new Encoded(
                to.evidence().encoded(out -> {
                    pool.write(out);
                    namespaces.write(out);
                }),
                to.quarantine().encoded(quarantine::write));
    }

    private Terms terms(@Nullable NamespaceRecord own, double maxWrongRate) {
        double ceiling = Math.min(maxWrongRate, settings.maxWrongRate());
        Allowed allowed = pool.allowed(ceiling);
        if (own != null) {
            int ownIndex = own.allowed(ceiling, pool.accuracy(), settings.alpha());
            if (ownIndex < allowed.index()) {
                return new Terms(ownIndex < 0 ? Terms.EXACT_ONLY : cutoffs[ownIndex], Terms.Reason.NAMESPACE);
            }
        }
        return pooledTerms(allowed);
    }

    private Terms pooledTerms(Allowed allowed) {
        if (allowed.index() < 0) {
            return new Terms(Terms.EXACT_ONLY, Terms.Reason.NOT_SHOWN);
        }
        return new Terms(cutoffs[allowed.index()], allowed.shown() ? Terms.Reason.AUDITS : Terms.Reason.CALIBRATION);
    }

    /** How many of the cut-offs, from the loosest, a probability reaches. */
    private int reached(double probability) {
        int strictest = 0;
        while (strictest < cutoffs.length && probability < cutoffs[strictest]) {
            strictest++;
        }
        return cutoffs.length - strictest;
    }

    private void enter(Waiting waiting) {
        if (!waiting.awaited && queue.isEmpty()) {
            count(waiting);
            return;
        }
        queue.addLast(waiting);
        if (waiting.awaited) {
            awaited.put(waiting.ticket.number(), waiting);
        }
        if (queue.size() > settings.maxWaiting()) {
            Waiting oldest = queue.getFirst();
            awaited.remove(oldest.ticket.number());
            lose(oldest);
            drain();
        }
    }

    private void lose(Waiting waiting) {
        waiting.awaited = false;
        waiting.lost = true;
        lostAudits++;
    }

    private void drain() {
        while (!queue.isEmpty() && !queue.getFirst().awaited) {
            count(queue.removeFirst());
        }
        tellOfAnotherCutoff();
    }

    /** One line when the cut-off for all has changed, or what it rests on. */
    private void tellOfAnotherCutoff() {
        Terms now = pooledTerms(pool.allowed(settings.maxWrongRate()));
        if (now.equals(told)) {
            return;
        }
        if (now.exactOnly()) {
            log.warn("Hits by meaning end: audits do not show that few enough are wrong, so {}", inWords(now.cutoff()));
        } else if (told.exactOnly()) {
            log.info(
                    "Hits by meaning begin again: {} ({})",
                    inWords(now.cutoff()),
                    now.reason().id());
        } else {
            log.info(
                    "The cut-off: {} ({}); before, {} ({})",
                    inWords(now.cutoff()),
                    now.reason().id(),
                    told.cutoff(),
                    told.reason().id());
        }
        told = now;
    }

    private static String inWords(double cutoff) {
        return cutoff > 1 ? "exact hits alone are served" : "a hit needs a confidence of " + cutoff;
    }

    private void count(Waiting waiting) {
        if (waiting.lost) {
            return;
        }
        Ticket ticket = waiting.ticket;
        int reached = reached(ticket.hit().probability());
        long now = clock.millis();
        namespaces
                .begun(new Area(ticket.hit().principal(), ticket.hit().namespace()), now)
                .add(reached, ticket.served(), ticket.audit(), waiting.alarm);
        pool.add(
                ticket.served(),
                waiting.countsForCutoffs ? reached : 0,
                ticket.propensity(),
                ticket.audit(),
                waiting.alarm,
                now);
    }
}
