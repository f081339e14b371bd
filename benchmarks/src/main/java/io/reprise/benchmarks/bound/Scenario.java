package io.reprise.benchmarks.bound;

import io.reprise.server.decision.bound.JudgeErrors;
import io.reprise.server.decision.bound.RiskSettings;
import io.reprise.server.decision.bound.RiskSettings.ColdStart;
import java.util.List;
import java.util.Random;

/**
 * A way in which things can be.
 *
 * @param overconfidence of the verifier
 * @param drift from the middle on, the odds of being wrong are so many times what they were
 * @param falseAlarm true rate of the judge's alarms on right answers
 * @param miss true rate of wrong answers that raise no alarm
 * @param judgeChecks right and wrong answers, half and half, with which the judge was measured beforehand; 0: its rates are known
 * @param hostile whether one of ten principals votes "wrong" on everything and another "right"
 * @param budget share of what served hits have saved that audits may cost; infinite where they may cost anything, 0 where nobody judges
 * @param leastExpected the least share of wrong hits that the verifier's training knows a cut-off for; stricter ones expect no less
 */
record Scenario(
        String name,
        RiskSettings settings,
        double overconfidence,
        double drift,
        double falseAlarm,
        double miss,
        int judgeChecks,
        boolean hostile,
        double leastExpected,
        double budget) {
    private static final double CEILING = 0.01;
    private static final long SHORT_WINDOW = 10_000;
    /** Just under the ceiling, as with too few held-out hits to find a stricter cut-off. */
    private static final double NO_ROOM = 0.0095;

    /** The share that a server spends at most unless said. */
    private static final double BUDGET = 0.03;

    /** A way in which audits may cost anything. */
    Scenario(
            String name,
            RiskSettings settings,
            double overconfidence,
            double drift,
            double falseAlarm,
            double miss,
            int judgeChecks,
            boolean hostile,
            double leastExpected) {
        this(
                name,
                settings,
                overconfidence,
                drift,
                falseAlarm,
                miss,
                judgeChecks,
                hostile,
                leastExpected,
                Double.POSITIVE_INFINITY);
    }

    static List<Scenario> all() {
        RiskSettings prior = RiskSettings.defaults("simulated").with(CEILING, ColdStart.PRIOR);
        RiskSettings strict = prior.with(CEILING, ColdStart.STRICT);
        return List.of(
                new Scenario("stationary", prior, 1, 1, 0, 0, 0, false, 0),
                new Scenario("stationary, strict cold start", strict, 1, 1, 0, 0, 0, false, 0),
                new Scenario("stationary, windows of 10,000", shortWindows(prior), 1, 1, 0, 0, 0, false, 0),
                new Scenario("over-confident verifier", prior, 1.5, 1, 0, 0, 0, false, 0),
                new Scenario("training knows nothing stricter", prior, 1, 1, 0, 0, 0, false, NO_ROOM),
                new Scenario("drift in the middle", prior, 1, 8, 0, 0, 0, false, 0),
                new Scenario("noisy judge", prior, 1, 1, 0.03, 0.1, 10_000, false, 0),
                new Scenario("noisy judge, alarms judged twice", prior, 1, 1, 0.001, 0.19, 4_000, false, 0),
                new Scenario("hostile principal", prior, 1, 1, 0, 0, 0, true, 0),
                new Scenario("nobody judges", prior, 1, 1, 0, 0, 0, false, 0, 0),
                new Scenario("nobody judges, hostile principal", prior, 1, 1, 0, 0, 0, true, 0, 0),
                new Scenario("budget of 3 %", prior, 1, 1, 0, 0, 0, false, 0, BUDGET),
                new Scenario(
                        "budget of 3 %, noisy judge, alarms judged twice",
                        prior, 1, 1, 0.001, 0.19, 4_000, false, 0, BUDGET),
                new Scenario("budget of 3 %, drift in the middle", prior, 1, 8, 0, 0, 0, false, 0, BUDGET));
    }

    JudgeErrors judge(Random random) {
        if (judgeChecks == 0) {
            return new JudgeErrors.Assumed(falseAlarm, miss);
        }
        JudgeErrors errors = new JudgeErrors.Measured(0, 0, 0, 0);
        for (int i = 0; i < judgeChecks; i++) {
            boolean wrong = i % 2 == 0;
            errors = errors.checked(alarm(random, wrong), wrong);
        }
        return errors;
    }

    /** What the judge says of an answer whose truth is known. */
    boolean alarm(Random random, boolean wrong) {
        return wrong ? random.nextDouble() >= miss : random.nextDouble() < falseAlarm;
    }

    private static RiskSettings shortWindows(RiskSettings from) {
        return new RiskSettings(
                from.subject(),
                from.maxWrongRate(),
                from.confidence(),
                from.coldStart(),
                SHORT_WINDOW,
                from.initialAuditRate(),
                from.settledAuditRate(),
                from.cutoffs(),
                from.maxNamespaces(),
                from.namespaceMemory(),
                from.maxWaiting(),
                from.maxQuarantined(),
                from.quarantineMemory());
    }
}
