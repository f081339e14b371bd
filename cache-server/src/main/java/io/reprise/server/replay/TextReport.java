package io.reprise.server.replay;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The report as lines for a terminal. */
public final class TextReport {
    private static final int PAIRS_SHOWN = 5;

    private final ReplayReport report;
    private final StringBuilder text = new StringBuilder();

    private TextReport(ReplayReport report) {
        this.report = report;
    }

    /** Renders a report. */
    public static String of(ReplayReport report) {
        return new TextReport(report).render();
    }

    private String render() {
        log();
        configured();
        settings();
        pairs("Served with the least confidence", report.configured().leastSure());
        pairs("Not served, but nearest to it", report.configured().nearMisses());
        line("");
        Words.recommendation(report).forEach(this::line);
        return text.toString();
    }

    private void log() {
        ReplayReport.Log log = report.log();
        line("%s: %,d calls replayed in %s", log.name(), log.calls(), Words.duration(report.took()));
        if (log.cutShort()) {
            line("  the limit ended it: there are more lines");
        }
        if (log.broken() > 0) {
            line("  %,d more lines cannot be read, among them", log.broken());
            log.firstBroken().forEach(broken -> line("    line %d: %s", broken.line(), broken.what()));
        }
        line("  cost upstream: %s", Words.cost(report.bill()));
        if (!log.unpricedModels().isEmpty()) {
            line("  no price known for: %s (set prices.MODEL)", counts(log.unpricedModels()));
        }
    }

    private void configured() {
        Outcome outcome = report.configured();
        line("");
        line(
                "With the configured %s: %s",
                outcome.setting().key(), outcome.setting().number());
        line("  exact hits     %,9d  %s", outcome.exactHits(), Words.percent(outcome.exactHits(), outcome.lookups()));
        line(
                "  semantic hits  %,9d  %s",
                outcome.semanticHits(), Words.percent(outcome.semanticHits(), outcome.lookups()));
        line("  hit rate                  %s", Words.percent(outcome.hitRate()));
        line("  misses         %s", counts(outcome.misses()));
        line("  wrong          %s", Words.wrong(outcome));
        if (outcome.compared() > 0) {
            line("  second look    %s", Words.agreements(outcome));
        }
        line("  saved          %s", Words.saved(report, outcome));
    }

    private void settings() {
        line("");
        line("%-24s %8s %9s %12s %12s", report.configured().setting().key(), "hits", "semantic", "est. wrong", "saved");
        for (Outcome outcome : report.outcomes()) {
            line(
                    "%-24s %8s %,9d %12s %12s",
                    outcome.setting().number()
                            + (outcome.setting().equals(report.configured().setting()) ? " *" : ""),
                    Words.percent(outcome.hitRate()),
                    outcome.semanticHits(),
                    outcome.semanticHits() == 0 ? "-" : Words.percent(outcome.estimatedWrongRate()),
                    outcome.saved().unknown()
                            ? "unknown"
                            : Words.dollars(outcome.saved().picoDollars()));
        }
        line("* as configured");
    }

    private void pairs(String title, List<Pair> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        line("");
        line("%s%s", title, pairs.size() > PAIRS_SHOWN ? " (" + PAIRS_SHOWN + " of " + pairs.size() + ")" : "");
        for (Pair pair : pairs.subList(0, Math.min(PAIRS_SHOWN, pairs.size()))) {
            line("  line %d, %s", pair.line(), String.join(", ", Words.facts(pair)));
            line("    asked   %s", pair.texts().asked());
            line("    stored  %s", pair.texts().stored());
        }
    }

    private static String counts(Map<String, Long> counts) {
        return counts.isEmpty()
                ? "none"
                : counts.entrySet().stream()
                        .map(count -> String.format(Locale.ROOT, "%s %,d", count.getKey(), count.getValue()))
                        .collect(Collectors.joining(", "));
    }

    private void line(String text) {
        this.text.append(text).append('\n');
    }

    private void line(String format, Object first, Object... others) {
        Object[] all = new Object[others.length + 1];
        all[0] = first;
        System.arraycopy(others, 0, all, 1, others.length);
        line(String.format(Locale.ROOT, format, all));
    }
}
