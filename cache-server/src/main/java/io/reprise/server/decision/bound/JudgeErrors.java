package io.reprise.server.decision.bound;

/** How often an audit's judge errs: {@code UNSURE} is an alarm. Immutable. */
public sealed interface JudgeErrors {

    /** A judge that never errs: equal numbers, say, or labels. */
    static JudgeErrors none() {
        return new Assumed(0, 0);
    }

    /** Lower bound on the rate of alarms on right answers, at confidence {@code 1 - alpha}. */
    double falseAlarmLow(double alpha);

    /** Upper bound on the rate of alarms on right answers, at confidence {@code 1 - alpha}. */
    double falseAlarmHigh(double alpha);

    /** Upper bound on the rate of wrong answers that raise no alarm, at confidence {@code 1 - alpha}. */
    double missHigh(double alpha);

    /** The rates believed likeliest, for estimates. */
    Assumed likeliest();

    /** With one more answer whose truth the operator (never a voter) knows. */
    JudgeErrors checked(boolean alarm, boolean wrong);

    /**
     * Rates taken for granted: the bound holds as far as they do. Checks replace them.
     *
     * @param falseAlarm share of right answers that raise an alarm; 0 is always safe
     * @param miss share of wrong answers that raise none
     */
    record Assumed(double falseAlarm, double miss) implements JudgeErrors {
        public Assumed {
            if (!(falseAlarm >= 0 && miss >= 0 && falseAlarm + miss < 1)) {
                throw new IllegalArgumentException("falseAlarm and miss must be 0 or more and sum to less than 1, are "
                        + falseAlarm + " and " + miss);
            }
        }

        @Override
        public double falseAlarmLow(double alpha) {
            return falseAlarm;
        }

        @Override
        public double falseAlarmHigh(double alpha) {
            return falseAlarm;
        }

        @Override
        public double missHigh(double alpha) {
            return miss;
        }

        @Override
        public Assumed likeliest() {
            return this;
        }

        @Override
        public JudgeErrors checked(boolean alarm, boolean wrong) {
            return new Measured(0, 0, 0, 0).checked(alarm, wrong);
        }
    }

    /**
     * Counts of answers whose truth is known. Without any the rates are unknown, and no bound but 1 follows.
     *
     * @param right right answers that were judged
     * @param falseAlarms alarms among them
     * @param wrong wrong answers that were judged
     * @param misses those among them that raised no alarm
     */
    record Measured(long right, long falseAlarms, long wrong, long misses) implements JudgeErrors {
        public Measured {
            if (!(falseAlarms >= 0 && falseAlarms <= right && misses >= 0 && misses <= wrong)) {
                throw new IllegalArgumentException("need 0 <= falseAlarms <= right and 0 <= misses <= wrong, got "
                        + falseAlarms + " of " + right + " and " + misses + " of " + wrong);
            }
        }

        @Override
        public double falseAlarmLow(double alpha) {
            return Robbins.low(falseAlarms, right, alpha);
        }

        @Override
        public double falseAlarmHigh(double alpha) {
            return Robbins.high(falseAlarms, right, alpha);
        }

        @Override
        public double missHigh(double alpha) {
            return Robbins.high(misses, wrong, alpha);
        }

        @Override
        public Assumed likeliest() {
            double falseAlarm = right == 0 ? 0 : (double) falseAlarms / right;
            double miss = wrong == 0 ? 0 : (double) misses / wrong;
            return falseAlarm + miss < 1 ? new Assumed(falseAlarm, miss) : new Assumed(0, 0);
        }

        @Override
        public JudgeErrors checked(boolean alarm, boolean isWrong) {
            return isWrong
                    ? new Measured(right, falseAlarms, wrong + 1, misses + (alarm ? 0 : 1))
                    : new Measured(right + 1, falseAlarms + (alarm ? 1 : 0), wrong, misses);
        }
    }
}
