package io.reprise.server.decision.bound;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The evidence of all namespaces together: what it shows of what was served, and which cut-off it allows.
 *
 * <p>Two questions, two kinds of counts. <em>What share of the served hits was wrong?</em> is answered by weighted audits of the served
 * hits, which assumes nothing of the traffic: that is published. <em>Which cut-off is good enough for the hits to come?</em> needs the
 * past to be like the future whatever the method, and is answered by the audited hits at or above each cut-off, each counted once, so that
 * the many early audits keep speaking after the rate has fallen. Where the second was too kind, the first notices and raises the cut-off; where the
 * past is no longer like the present, the {@link DriftDetector} ends the window.
 *
 * <p>The cut-off where the calibration begins is the loosest there ever is: evidence can confirm it or ask for a
 * stricter one, but that nobody has found anything wrong never loosens it, since answers that hardly differ give nobody
 * anything to find. It is shown when its audits show the ceiling at half the error probability; a stricter one is when
 * its own show it at their equal part of the other half.
 *
 * <p>Not thread-safe.
 */
final class PooledEvidence {
    /** Served hits times the ceiling that must be audited at half the window, were all of them right: 600 audits at 1 %. */
    private static final double AUDITS_TIMES_CEILING = 6;
    /** Audits times the ceiling after which the calibration counts no more: 2,000 audits at 1 %. */
    private static final double CREDIT_TIMES_CEILING = 20;

    private static final long HITS_BETWEEN_STEPS = 200;
    private static final double GROWTH_BETWEEN_STEPS = 0.1;
    /** The part of the ceiling under which the bound must lie before a raised cut-off is lowered again. */
    private static final double COMFORTABLE = 0.75;
    /** The part under which it must still lie with less audited, before less is. */
    private static final double SPARING = 0.9;
    /** Audits times the ceiling after which exact hits alone are audited no more than when settled: 10,000 audits at 1 %. */
    private static final double PATIENCE_TIMES_CEILING = 100;

    private static final double ROUNDING = 1e-12;
    private static final int MAX_CEILINGS = 64;

    /** What is allowed at one ceiling: the index of the loosest cut-off, -1 for none, and whether audits show it. */
    record Allowed(int index, boolean shown) {}

    /** The counts since one moment. */
    private static final class Generation {
        final long sinceMillis;
        final AlarmCount served;
        final AlarmCount[] byCutoff;

        Generation(long sinceMillis, AlarmCount served, AlarmCount[] byCutoff) {
            this.sinceMillis = sinceMillis;
            this.served = served;
            this.byCutoff = byCutoff;
        }
    }

    private final RiskSettings settings;
    private final Prior prior;
    private final List<Double> propensities;
    private final Bets servedBets;
    private final Bets auditedBets = Bets.forPropensities(List.of(1.0));
    private final Map<Double, Allowed> allowedByCeiling = new HashMap<>();

    private JudgeErrors judge;
    private Accuracy accuracy;
    private Generation older;
    private @Nullable Generation younger;
    private DriftDetector drift = new DriftDetector();
    private boolean calibrationTrusted;
    /** Of all windows: a window that ends takes its evidence along, but not what is told of it. */
    private HitCounts total = HitCounts.NONE;
    /** The loosest cut-off that audits have shown in this window at the operator's ceiling, -1 for none. What was shown stays shown. */
    private int shownSoFar = -1;
    /** Index of the propensity that served hits have come to. */
    private int propensityStep;

    private int stepsRaised;
    private long servedAtStep;
    private int restarts;
    private long lastRestartMillis;

    PooledEvidence(RiskSettings settings, Prior prior, JudgeErrors judge, long nowMillis) {
        this.settings = settings;
        this.prior = prior;
        this.judge = judge;
        this.accuracy = Accuracy.of(judge, settings.alpha());
        this.propensities = settings.auditsOff()
                ? List.of(1.0)
                : Bets.steps(settings.initialAuditRate(), settings.settledAuditRate());
        this.servedBets = Bets.forPropensities(propensities);
        this.older = newGeneration(nowMillis);
        this.calibrationTrusted = settings.coldStart() == RiskSettings.ColdStart.PRIOR;
    }

    /** Probability with which the next would-be hit is audited. */
    double propensity() {
        if (settings.auditsOff() || settings.maxWrongRate() == 0) {
            return 0;
        }
        boolean exactOnly = allowed(settings.maxWrongRate()).index() < 0;
        if (!exactOnly) {
            return propensities.get(propensityStep);
        }
        // What is not served does not enter the bound, so that any propensity will do until something is shown.
        boolean patient = loosest().audits() * settings.maxWrongRate() <= PATIENCE_TIMES_CEILING;
        return patient ? propensities.getFirst() : propensities.getLast();
    }

    /**
     * Takes a would-be hit that was auditable.
     *
     * @param cutoffs how many of the cut-offs, from the loosest, its probability reaches; 0 keeps it out of the choice of cut-offs
     */
    void add(boolean served, int cutoffs, double propensity, boolean audited, boolean alarm, long nowMillis) {
        total = total.plus(served, audited, alarm);
        add(older, served, cutoffs, propensity, audited, alarm);
        if (younger != null) {
            add(younger, served, cutoffs, propensity, audited, alarm);
        }
        if (served) {
            turnWindow(nowMillis);
        }
        if (!audited) {
            return;
        }
        allowedByCeiling.clear();
        shownSoFar = Math.max(shownSoFar, loosestShown(settings.maxWrongRate()));
        if (served && settings.maxWrongRate() > 0) {
            if (drift.reports(alarm, accuracy.acceptedAlarmShare(settings.maxWrongRate()))) {
                restart(nowMillis);
            } else {
                step(nowMillis);
            }
        }
    }

    /** The loosest cut-off allowed at a ceiling. */
    Allowed allowed(double ceiling) {
        Allowed known = allowedByCeiling.get(ceiling);
        if (known != null) {
            return known;
        }
        int shown = ceiling == settings.maxWrongRate() ? shownSoFar : loosestShown(ceiling);
        int expected = loosestExpected(ceiling);
        var allowed = new Allowed(
                Math.max(-1, Math.max(shown, expected) - stepsRaised), shown - stepsRaised >= 0 && shown >= expected);
        if (allowedByCeiling.size() < MAX_CEILINGS) {
            allowedByCeiling.put(ceiling, allowed);
        }
        return allowed;
    }

    /** Upper bound on the share of wrong among served hits of the window. */
    double bound() {
        long hits = older.served.hits();
        return hits == 0 ? 1 : accuracy.wrongShare(older.served.upper(accuracy.alpha()) / hits);
    }

    /** Estimate of that share, null before the first audit. */
    @Nullable Double estimate() {
        AlarmCount served = older.served;
        if (served.audits() == 0) {
            return null;
        }
        return Accuracy.of(judge.likeliest(), settings.alpha()).wrongShare(served.estimate() / served.hits());
    }

    AlarmCount served() {
        return older.served;
    }

    /** Counts of all windows together. */
    HitCounts total() {
        return total;
    }

    /**
     * The probability that a would-be hit must reach to count: below where the calibration begins nothing is ever
     * served.
     */
    double least() {
        int start = start(settings.maxWrongRate());
        return start < 0 ? Terms.EXACT_ONLY : settings.cutoffs().get(start);
    }

    /** Every would-be hit that counts reaches the loosest cut-off. */
    private AlarmCount loosest() {
        return older.byCutoff[older.byCutoff.length - 1];
    }

    Accuracy accuracy() {
        return accuracy;
    }

    JudgeErrors judge() {
        return judge;
    }

    void judge(JudgeErrors errors) {
        judge = errors;
        accuracy = Accuracy.of(errors, settings.alpha());
        shownSoFar = loosestShown(settings.maxWrongRate());
        allowedByCeiling.clear();
    }

    long sinceMillis() {
        return older.sinceMillis;
    }

    int restarts() {
        return restarts;
    }

    long lastRestartMillis() {
        return lastRestartMillis;
    }

    double expectedByCalibration(int index) {
        return prior.wrongShareAt(settings.cutoffs().get(index));
    }

    /** Evidence of other bets or cut-offs cannot be read. */
    int fingerprint() {
        return 31 * (31 * servedBets.fingerprint() + auditedBets.fingerprint())
                + settings.cutoffs().hashCode();
    }

    void write(DataOutputStream out) throws IOException {
        total.write(out);
        out.writeBoolean(calibrationTrusted);
        out.writeInt(shownSoFar);
        out.writeInt(propensityStep);
        out.writeInt(stepsRaised);
        out.writeLong(servedAtStep);
        out.writeInt(restarts);
        out.writeLong(lastRestartMillis);
        drift.write(out);
        write(out, older);
        out.writeBoolean(younger != null);
        if (younger != null) {
            write(out, younger);
        }
    }

    void read(DataInputStream in) throws IOException {
        total = HitCounts.read(in);
        // A strict cold start asked for later holds for evidence that began on trust as well.
        calibrationTrusted &= in.readBoolean();
        shownSoFar = in.readInt();
        propensityStep = in.readInt();
        stepsRaised = in.readInt();
        servedAtStep = in.readLong();
        restarts = in.readInt();
        lastRestartMillis = in.readLong();
        drift = DriftDetector.read(in);
        older = readGeneration(in);
        younger = in.readBoolean() ? readGeneration(in) : null;
    }

    private static void add(
            Generation to, boolean served, int cutoffs, double propensity, boolean audited, boolean alarm) {
        if (served) {
            to.served.add(propensity, audited, alarm);
        }
        if (audited) {
            for (int i = to.byCutoff.length - cutoffs; i < to.byCutoff.length; i++) {
                to.byCutoff[i].add(1, true, alarm);
            }
        }
    }

    /**
     * Trusts the calibration again when what has refuted it is long ago, as a namespace's record and a quarantine end.
     */
    void forgive(long nowMillis) {
        if (!calibrationTrusted
                && settings.coldStart() == RiskSettings.ColdStart.PRIOR
                && nowMillis - lastRestartMillis > settings.namespaceMemory().toMillis()) {
            calibrationTrusted = true;
            allowedByCeiling.clear();
        }
    }

    private void turnWindow(long nowMillis) {
        long hits = older.served.hits();
        if (younger == null && hits >= settings.windowHits() / 2) {
            younger = newGeneration(nowMillis);
        } else if (younger != null && hits >= settings.windowHits()) {
            older = younger;
            younger = newGeneration(nowMillis);
            shownSoFar = loosestShown(settings.maxWrongRate());
            servedAtStep = older.served.hits();
            allowedByCeiling.clear();
        }
    }

    /** Audits less as soon as the bound can afford it, and else moves the cut-off when it is time. */
    private void step(long nowMillis) {
        int next = propensityStep + 1;
        if (next < propensities.size()
                && propensities.get(next) * settings.windowHits() / 2 * settings.maxWrongRate() >= AUDITS_TIMES_CEILING
                && boundShows(SPARING, propensities.get(next))) {
            propensityStep = next;
        } else {
            moveCutoff(nowMillis);
        }
    }

    /**
     * Raises the cut-off while the bound does not show the ceiling, and lowers it again when it comfortably does. With no cut-off left to
     * raise the window ends, because nothing that is still to be served could bring its bound down.
     */
    private void moveCutoff(long nowMillis) {
        long hits = older.served.hits();
        if (hits - servedAtStep < Math.max(HITS_BETWEEN_STEPS, GROWTH_BETWEEN_STEPS * hits)) {
            return;
        }
        servedAtStep = hits;
        if (stepsRaised > 0 && boundShows(COMFORTABLE, 1)) {
            stepsRaised--;
            allowedByCeiling.clear();
        } else if (hits * settings.maxWrongRate() >= CREDIT_TIMES_CEILING && !boundShows(1, 1)) {
            stepsRaised++;
            allowedByCeiling.clear();
            if (allowed(settings.maxWrongRate()).index() < 0) {
                restart(nowMillis);
            }
        }
    }

    /** Whether the bound on what was served lies under this part of the ceiling, with bets below a propensity alone. */
    private boolean boundShows(double part, double propensity) {
        AlarmCount served = older.served;
        double alarms = served.hits() * accuracy.alarmShare(part * settings.maxWrongRate());
        return served.logEvidenceBelow(alarms, propensity) >= -Math.log(accuracy.alpha());
    }

    /** Begins again with nothing shown, and without the calibration, which has been refuted. */
    private void restart(long nowMillis) {
        older = newGeneration(nowMillis);
        younger = null;
        drift = new DriftDetector();
        calibrationTrusted = false;
        shownSoFar = -1;
        propensityStep = 0;
        stepsRaised = 0;
        servedAtStep = 0;
        restarts++;
        lastRestartMillis = nowMillis;
        allowedByCeiling.clear();
    }

    private int loosestShown(double ceiling) {
        if (ceiling == 0) {
            return -1;
        }
        int start = start(ceiling);
        double share = accuracy.alarmShare(ceiling);
        double half = -Math.log(accuracy.alpha() / 2);
        if (start >= 0 && shows(start, share, half)) {
            return start;
        }
        double part = half + Math.log(Math.max(1, start));
        for (int i = start - 1; i >= 0; i--) {
            if (shows(i, share, part)) {
                return i;
            }
        }
        return -1;
    }

    /** Index of the loosest cut-off that can ever be in force at a ceiling, -1 for none. */
    private int start(double ceiling) {
        return prior.start(settings.cutoffs(), ceiling);
    }

    private boolean shows(int index, double alarmShare, double limit) {
        AlarmCount count = older.byCutoff[index];
        return count.logEvidenceBelow(count.audits() * alarmShare) >= limit;
    }

    /** The loosest cut-off that calibration and audits together expect to hold, while the calibration still counts. */
    private int loosestExpected(double ceiling) {
        if (!calibrationTrusted || ceiling == 0) {
            return -1;
        }
        double falseAlarm = judge.likeliest().falseAlarm();
        int loosest = -1;
        for (int i = 0, start = start(ceiling); i <= start; i++) {
            AlarmCount count = older.byCutoff[i];
            double wrong = Math.max(0, count.alarms() - falseAlarm * count.audits());
            double expected = (prior.weight() * expectedByCalibration(i) + wrong) / (prior.weight() + count.audits());
            if (count.audits() * ceiling < CREDIT_TIMES_CEILING && expected <= ceiling + ROUNDING) {
                loosest = i;
            }
        }
        return loosest;
    }

    private Generation newGeneration(long nowMillis) {
        var byCutoff = new AlarmCount[settings.cutoffs().size()];
        for (int i = 0; i < byCutoff.length; i++) {
            byCutoff[i] = new AlarmCount(auditedBets);
        }
        return new Generation(nowMillis, new AlarmCount(servedBets), byCutoff);
    }

    private static void write(DataOutputStream out, Generation generation) throws IOException {
        out.writeLong(generation.sinceMillis);
        generation.served.write(out);
        for (AlarmCount count : generation.byCutoff) {
            count.write(out);
        }
    }

    private Generation readGeneration(DataInputStream in) throws IOException {
        long since = in.readLong();
        AlarmCount served = AlarmCount.read(in, servedBets);
        var byCutoff = new AlarmCount[settings.cutoffs().size()];
        for (int i = 0; i < byCutoff.length; i++) {
            byCutoff[i] = AlarmCount.read(in, auditedBets);
        }
        return new Generation(since, served, byCutoff);
    }
}
