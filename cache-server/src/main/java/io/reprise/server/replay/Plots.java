package io.reprise.server.replay;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The plots of a report. */
final class Plots {
    private Plots() {}

    /** Share of calls answered, by setting: exact hits, and semantic ones on top of them. */
    static String hits(ReplayReport report) {
        List<Outcome> outcomes = report.outcomes();
        var plot = new Plot("Hit rate by setting", outcomes.size(), most(outcomes, Outcome::hitRate), Words::percent);
        for (int i = 0; i < outcomes.size(); i++) {
            Outcome outcome = outcomes.get(i);
            double exact = (double) outcome.exactHits() / outcome.lookups();
            plot.bar("quiet", i, 0, exact, "exact " + Words.percent(exact));
            plot.bar("served", i, exact, outcome.hitRate(), "semantic " + Words.percent(outcome.hitRate() - exact));
        }
        return columns(plot, report).svg();
    }

    /** Estimated share of wrong ones among the semantic hits, by setting, under the one asked for. */
    static String wrong(ReplayReport report) {
        List<Outcome> outcomes = report.outcomes();
        double most = Math.max(report.askedWrongRate(), most(outcomes, Outcome::estimatedWrongRate));
        double[] rates = outcomes.stream()
                .mapToDouble(outcome -> outcome.semanticHits() == 0 ? Double.NaN : outcome.estimatedWrongRate())
                .toArray();
        var plot = new Plot("Estimated wrong rate by setting", outcomes.size(), most, Words::percent)
                .rule("asked", report.askedWrongRate())
                .line("wrong", rates);
        return columns(plot, report).svg();
    }

    /** Dollars saved, by setting. */
    static String savings(ReplayReport report) {
        List<Outcome> outcomes = report.outcomes();
        double most = most(outcomes, outcome -> outcome.saved().dollars());
        var plot =
                new Plot("Savings by setting", outcomes.size(), most, value -> Words.dollars(Math.round(value * 1e12)));
        for (int i = 0; i < outcomes.size(); i++) {
            Bill saved = outcomes.get(i).saved();
            plot.bar("served", i, 0, saved.dollars(), Words.dollars(saved.picoDollars()));
        }
        return columns(plot, report).svg();
    }

    /** How near the nearest candidates were, of what was served and what was not. */
    static String similarities(Outcome outcome) {
        Similarities counts = outcome.similarities();
        String[] names = new String[Similarities.RANGES];
        double most = 0;
        for (int i = 0; i < names.length; i++) {
            names[i] = i == 0 ? "less" : String.format(Locale.ROOT, "%.2f", Similarities.from(i));
            most = Math.max(most, (double) (counts.served()[i] + counts.notServed()[i]));
        }
        var plot = new Plot(
                "Similarity of the nearest candidate",
                names.length,
                most,
                value -> String.format(Locale.ROOT, value == Math.rint(value) ? "%,.0f" : "%.1f", value));
        for (int i = 0; i < names.length; i++) {
            long not = counts.notServed()[i];
            long served = counts.served()[i];
            plot.bar("quiet", i, 0, (double) not, not + " not served from " + names[i]);
            plot.bar("served", i, (double) not, (double) (not + served), served + " served from " + names[i]);
        }
        return plot.columns("cosine of the nearest earlier prompt", names).svg();
    }

    private static Plot columns(Plot plot, ReplayReport report) {
        String[] names = report.outcomes().stream()
                .map(outcome -> outcome.setting().number()
                        + (outcome.setting().equals(report.configured().setting()) ? "*" : ""))
                .toArray(String[]::new);
        return plot.columns(report.configured().setting().key() + " (* configured)", names);
    }

    private static double most(List<Outcome> outcomes, ToDoubleFunction<Outcome> value) {
        return outcomes.stream().mapToDouble(value).max().orElse(0);
    }
}
