package io.reprise.server.decision.bound;

/**
 * From shares of wrong hits to shares of alarms and back, with the judge's errors against us (W. Rogan and B. Gladen, Estimating prevalence
 * from the results of a screening test, 1978, made one-sided).
 *
 * <p>With false alarm rate f and miss rate m, alarms come at the rate {@code f + wrong * (1 - f - m)}. The wrong share that explains a share
 * of alarms falls with f and grows with m, so f's lower and m's upper bound give an upper bound.
 *
 * @param falseAlarm lower bound on f
 * @param falseAlarmHigh upper bound on f
 * @param miss upper bound on m
 * @param alpha what is left of the error probability for the alarms themselves
 */
record Accuracy(double falseAlarm, double falseAlarmHigh, double miss, double alpha) {

    /** The conservative side of a judge's errors; measured ones take two fifths of the error probability. */
    static Accuracy of(JudgeErrors judge, double alpha) {
        double each =
                switch (judge) {
                    case JudgeErrors.Assumed assumed -> 0;
                    case JudgeErrors.Measured measured -> alpha / 5;
                };
        return new Accuracy(
                judge.falseAlarmLow(each), judge.falseAlarmHigh(each), judge.missHigh(each), alpha - 2 * each);
    }

    /** Share of alarms at or below which the share of wrong is at most this. */
    double alarmShare(double wrongShare) {
        return falseAlarm + wrongShare * kept();
    }

    /** Share of alarms that a share of wrong may well cause. */
    double acceptedAlarmShare(double wrongShare) {
        return Math.min(0.999, falseAlarmHigh + wrongShare * (1 - falseAlarmHigh));
    }

    /** Upper bound on the share of wrong from one on the share of alarms, 0 to 1. */
    double wrongShare(double alarmShare) {
        return kept() <= 0 ? 1 : Math.clamp((alarmShare - falseAlarm) / kept(), 0, 1);
    }

    private double kept() {
        return 1 - falseAlarm - miss;
    }
}
