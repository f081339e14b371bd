package io.reprise.server.decision;

import java.util.List;

/**
 * The static policy: the nearest earlier prompt serves when its cosine reaches one cut-off.
 *
 * <p>It has no evidence about how often it is wrong. The operator who chose the cut-off accepted its rate; a caller who asks for a
 * stricter rate than the operator's gets no semantic hit, because nothing here can show that it holds.
 */
public final class CosineCutoff implements HitPolicy {
    private final double floor;
    private final double cutoff;
    private final double acceptedWrongRate;
    private final Calibration calibration;

    /**
     * @param floor cosine below which candidates are not considered
     * @param cutoff cosine from which a candidate serves, at least {@code floor}
     * @param acceptedWrongRate the rate the operator accepted with this cut-off, 0 to 1
     */
    public CosineCutoff(double floor, double cutoff, double acceptedWrongRate, Calibration calibration) {
        if (!(floor >= 0 && floor <= cutoff && cutoff <= 1)) {
            throw new IllegalArgumentException("need 0 <= floor <= cutoff <= 1, got " + floor + " and " + cutoff);
        }
        if (!(acceptedWrongRate >= 0 && acceptedWrongRate <= 1)) {
            throw new IllegalArgumentException("acceptedWrongRate must be 0 to 1, is " + acceptedWrongRate);
        }
        this.floor = floor;
        this.cutoff = cutoff;
        this.acceptedWrongRate = acceptedWrongRate;
        this.calibration = calibration;
    }

    @Override
    public Decision decide(String asked, List<Candidate> candidates, double maxWrongRate) {
        List<Candidate> judged = candidates.stream()
                .map(c -> c.withProbability(calibration.probability(c.cosine())))
                .toList();
        return new Decision(verdict(judged, maxWrongRate), judged, cutoff, floor);
    }

    private Decision.Verdict verdict(List<Candidate> candidates, double maxWrongRate) {
        if (candidates.isEmpty()) {
            return new Decision.Verdict.Miss(Decision.Reason.NO_CANDIDATE);
        }
        Candidate nearest = candidates.getFirst();
        // Compared as floats, so that 0.95f reaches 0.95; and so that what is no number reaches nothing.
        if (!(nearest.cosine() >= (float) floor)) {
            return new Decision.Verdict.Miss(Decision.Reason.FLOOR);
        }
        if (!(nearest.cosine() >= (float) cutoff)) {
            return new Decision.Verdict.Miss(Decision.Reason.VERIFIER);
        }
        if (!(maxWrongRate >= acceptedWrongRate)) {
            return new Decision.Verdict.Miss(Decision.Reason.BOUND);
        }
        return new Decision.Verdict.Hit(nearest, calibration.probability(nearest.cosine()));
    }
}
