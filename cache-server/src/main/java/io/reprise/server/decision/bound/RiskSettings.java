package io.reprise.server.decision.bound;

import java.time.Duration;
import java.util.List;

/**
 * What the operator decides about wrong hits.
 *
 * @param subject whose probabilities these are (the verifier's name and version): evidence of another subject is not taken over
 * @param maxWrongRate ceiling on the expected share of wrong among served semantic hits, 0 to 1; at 0 nothing is served by meaning
 * @param confidence of the published bound and of the cut-off, above 0.5 and below 1
 * @param coldStart what to do before there are audits
 * @param windowHits the bound is over the last half of this to this many served hits, at least 1,000
 * @param initialAuditRate share of would-be hits audited at first, 0 to 1; 0 switches audits off
 * @param settledAuditRate share audited once the bound can afford it, 0 to {@code initialAuditRate}
 * @param cutoffs the cut-offs to choose from, strictest first, each above 0 and at most 1
 * @param maxNamespaces of which evidence is kept; of the rest the one used longest ago is forgotten
 * @param namespaceMemory how long a namespace's evidence against itself lasts
 * @param maxWaiting hits that may wait for verdicts, before the oldest audit is given up as lost
 * @param maxQuarantined pairs, and entries, that are kept in quarantine; the oldest go first
 * @param quarantineMemory how long a quarantine lasts, if its entry lives so long
 */
public record RiskSettings(
        String subject,
        double maxWrongRate,
        double confidence,
        ColdStart coldStart,
        long windowHits,
        double initialAuditRate,
        double settledAuditRate,
        List<Double> cutoffs,
        int maxNamespaces,
        Duration namespaceMemory,
        int maxWaiting,
        int maxQuarantined,
        Duration quarantineMemory) {
    private static final List<Double> CUTOFFS = List.of(
            0.9999, 0.9997, 0.9995, 0.999, 0.998, 0.997, 0.996, 0.995, 0.993, 0.99, 0.985, 0.98, 0.975, 0.97, 0.965,
            0.96, 0.955, 0.95, 0.945, 0.94, 0.935, 0.93, 0.92, 0.91, 0.9, 0.885, 0.87, 0.855, 0.84, 0.8, 0.7, 0.6, 0.5);

    /** What is served before audits have shown anything. */
    public enum ColdStart {
        /** What the offline calibration expects to be right often enough, every hit audited until that is shown or refuted. */
        PRIOR,
        /** Exact hits alone, until audits of would-be hits that are not served have shown a cut-off. */
        STRICT
    }

    public RiskSettings {
        cutoffs = List.copyOf(cutoffs);
        require(maxWrongRate >= 0 && maxWrongRate <= 1, "maxWrongRate must be 0 to 1, is " + maxWrongRate);
        require(confidence > 0.5 && confidence < 1, "confidence must be above 0.5 and below 1, is " + confidence);
        require(windowHits >= 1000, "windowHits must be 1000 or more, is " + windowHits);
        require(
                settledAuditRate >= 0 && settledAuditRate <= initialAuditRate && initialAuditRate <= 1,
                "need 0 <= settledAuditRate <= initialAuditRate <= 1, got " + settledAuditRate + " and "
                        + initialAuditRate);
        require(
                settledAuditRate > 0 || initialAuditRate == 0,
                "settledAuditRate 0 needs initialAuditRate 0: either there are audits or there are none");
        require(!cutoffs.isEmpty() && cutoffs.size() <= 64, "need 1 to 64 cutoffs, got " + cutoffs.size());
        double before = Math.nextUp(1.0);
        for (double cutoff : cutoffs) {
            require(cutoff > 0 && cutoff < before, "cutoffs must fall from 1 to above 0, got " + cutoffs);
            before = cutoff;
        }
        require(
                maxNamespaces >= 1 && maxWaiting >= 1 && maxQuarantined >= 1,
                "maxNamespaces, maxWaiting and maxQuarantined must be 1 or more");
        require(
                namespaceMemory.isPositive() && quarantineMemory.isPositive(),
                "namespaceMemory and quarantineMemory must be positive");
    }

    /** The defaults: 1 % at 95 %, cold start by calibration, everything audited at first and 2 % once settled. */
    public static RiskSettings defaults(String subject) {
        return new RiskSettings(
                subject,
                0.01,
                0.95,
                ColdStart.PRIOR,
                100_000,
                1,
                0.02,
                CUTOFFS,
                1000,
                Duration.ofDays(30),
                4096,
                10_000,
                Duration.ofDays(30));
    }

    /** These with another ceiling and another cold start. */
    public RiskSettings with(double newMaxWrongRate, ColdStart newColdStart) {
        return new RiskSettings(
                subject,
                newMaxWrongRate,
                confidence,
                newColdStart,
                windowHits,
                initialAuditRate,
                settledAuditRate,
                cutoffs,
                maxNamespaces,
                namespaceMemory,
                maxWaiting,
                maxQuarantined,
                quarantineMemory);
    }

    /** These with other shares of would-be hits to audit. */
    public RiskSettings withAuditRates(double initial, double settled) {
        return new RiskSettings(
                subject,
                maxWrongRate,
                confidence,
                coldStart,
                windowHits,
                initial,
                settled,
                cutoffs,
                maxNamespaces,
                namespaceMemory,
                maxWaiting,
                maxQuarantined,
                quarantineMemory);
    }

    /** These with another window. */
    public RiskSettings withWindow(long hits) {
        return new RiskSettings(
                subject,
                maxWrongRate,
                confidence,
                coldStart,
                hits,
                initialAuditRate,
                settledAuditRate,
                cutoffs,
                maxNamespaces,
                namespaceMemory,
                maxWaiting,
                maxQuarantined,
                quarantineMemory);
    }

    double alpha() {
        return 1 - confidence;
    }

    boolean auditsOff() {
        return initialAuditRate == 0;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
