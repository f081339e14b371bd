package io.reprise.server.replay;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The report as one web page: no script, nothing loaded, and every text of the log escaped. */
public final class HtmlReport {
    private static final String HEAD = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Reprise: what would it have saved?</title>
            <style>
            :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent);
              --served: light-dark(#1f6fd1, #6cabff); --wrong: light-dark(#c2501b, #ff9c66);
              --quiet: light-dark(#b4bac4, #59616d); }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2.5rem auto; padding: 0 1.25rem; }
            h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.4rem 0 .5rem; }
            h3 { font-size: .95rem; font-weight: 600; margin: 0 0 .3rem; }
            .note { opacity: .72; margin: .2rem 0 0; } .cards + .note { margin-top: 1rem; }
            .cards, .plots { display: grid; gap: .8rem; margin-top: 1.4rem; }
            .cards { grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); }
            .plots { grid-template-columns: repeat(auto-fit, minmax(24rem, 1fr)); }
            .card, .plots section { border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; }
            .card b { display: block; font-size: 1.45rem; font-weight: 600; font-variant-numeric: tabular-nums; }
            .card span { opacity: .72; font-size: .85rem; }
            .advice { border: 1px solid var(--served); border-radius: .6rem; padding: .8rem 1rem; margin-top: 1.4rem; }
            .advice p { margin: .2rem 0; } code { font: 600 .95em ui-monospace, monospace; }
            .scroll { overflow-x: auto; }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
            th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
            th { font-weight: 500; opacity: .72; } th:first-child, td:first-child { text-align: left; }
            .pairs td, .pairs th { text-align: left; } .pairs td.texts { overflow-wrap: anywhere; width: 70%; }
            .texts div + div { margin-top: .25rem; } .texts i { opacity: .6; font-style: normal; font-size: .8rem; }
            .best { font-weight: 600; }
            svg { width: 100%; height: auto; display: block; } svg text { fill: currentColor; font-size: 11px; }
            svg .tick { opacity: .75; } .fill.served { fill: var(--served); } .fill.wrong { fill: var(--wrong); }
            .fill.quiet { fill: var(--quiet); } .line { fill: none; stroke-width: 2; } .line.wrong { stroke: var(--wrong); }
            .rule { stroke: var(--line); } .rule.asked { stroke: currentColor; stroke-dasharray: 4 4; opacity: .7; }
            .key { font-size: .82rem; opacity: .8; margin: .3rem 0 0; }
            .dot { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin: 0 .3em 0 .6em; }
            .dot.served { background: var(--served); } .dot.quiet { background: var(--quiet); }
            .dot.wrong { background: var(--wrong); }
            </style>
            </head>
            <body>
            """;

    private final ReplayReport report;
    private final StringBuilder page = new StringBuilder(HEAD);

    private HtmlReport(ReplayReport report) {
        this.report = report;
    }

    /** Renders a report. */
    public static String of(ReplayReport report) {
        return new HtmlReport(report).render();
    }

    private String render() {
        top();
        cards();
        advice();
        plots();
        settings();
        misses();
        pairs(
                "Served with the least confidence",
                "Wrong hits, if there are any, are most likely among these.",
                report.configured().leastSure());
        pairs(
                "Not served, but nearest to it",
                "A looser setting would serve these first.",
                report.configured().nearMisses());
        broken();
        return page.append("</body></html>\n").toString();
    }

    private void top() {
        ReplayReport.Log log = report.log();
        page.append("<h1>What would it have saved?</h1><p class=\"note\">");
        page.append(escaped(String.format(
                Locale.ROOT,
                "%s: %,d calls replayed in %s through Reprise as configured (%s: %s).%s%s",
                Excerpt.line(log.name()),
                log.calls(),
                Words.duration(report.took()),
                report.configured().setting().key(),
                report.configured().setting().number(),
                log.cutShort() ? " The limit ended it: there are more lines." : "",
                log.broken() == 0 ? "" : String.format(Locale.ROOT, " %,d more lines cannot be read.", log.broken()))));
        page.append("</p>\n");
    }

    private void cards() {
        Outcome outcome = report.configured();
        page.append("<div class=\"cards\">");
        card(Words.percent(outcome.hitRate()), "of calls answered");
        card(grouped(outcome.exactHits()), "exact hits");
        card(grouped(outcome.semanticHits()), "semantic hits");
        card(
                outcome.semanticHits() == 0 ? "–" : Words.percent(outcome.estimatedWrongRate()),
                "of semantic hits wrong, by estimate");
        card(
                outcome.saved().unknown()
                        ? "unknown"
                        : Words.dollars(outcome.saved().picoDollars()),
                report.bill().unknown()
                        ? "saved: no price is known"
                        : "saved of " + Words.dollars(report.bill().picoDollars()));
        page.append("</div>\n");
        note("Wrong: " + Words.wrong(outcome) + ".");
        if (outcome.compared() > 0) {
            note("A second look: " + Words.agreements(outcome) + ".");
        }
        note("Cost upstream: " + Words.cost(report.bill()) + ".");
        if (!report.log().unpricedModels().isEmpty()) {
            String models = report.log().unpricedModels().entrySet().stream()
                    .map(model -> model.getKey() + " " + grouped(model.getValue()))
                    .collect(Collectors.joining(", "));
            note("No price is known for: " + models + ".");
        }
    }

    private void advice() {
        page.append("<div class=\"advice\">");
        for (String line : Words.recommendation(report)) {
            boolean yaml = report.recommended() != null
                    && line.strip().equals(report.recommended().setting().yaml());
            page.append(yaml ? "<p><code>" : "<p>").append(escaped(line)).append(yaml ? "</code></p>" : "</p>");
        }
        page.append("</div>\n");
    }

    private void plots() {
        page.append("<div class=\"plots\">");
        plot("Calls answered", Plots.hits(report), dot("quiet", "exact") + dot("served", "semantic"));
        plot(
                "Wrong semantic hits, estimated",
                Plots.wrong(report),
                dot("wrong", "estimate") + " &nbsp;- - at most " + escaped(Words.percent(report.askedWrongRate()))
                        + " asked for");
        plot(
                "Nearest earlier prompt",
                Plots.similarities(report.configured()),
                dot("quiet", "not served") + dot("served", "served"));
        if (!report.bill().unknown()) {
            plot("Saved", Plots.savings(report), dot("served", "dollars at today's prices"));
        }
        page.append("</div>\n");
    }

    private void plot(String title, String svg, String key) {
        page.append("<section><h3>").append(escaped(title)).append("</h3>").append(svg);
        page.append("<p class=\"key\">").append(key).append("</p></section>");
    }

    private static String dot(String colour, String meaning) {
        return "<span class=\"dot " + colour + "\"></span>" + escaped(meaning);
    }

    private void settings() {
        page.append("<h2>By setting</h2><div class=\"scroll\"><table><tr><th>")
                .append(escaped(report.configured().setting().key()))
                .append("<th>hit rate<th>exact<th>semantic<th>wrong, estimated<th>same answers<th>saved</tr>");
        for (Outcome outcome : report.outcomes()) {
            page.append(outcome.equals(report.recommended()) ? "<tr class=\"best\">" : "<tr>");
            cell(outcome.setting().number()
                    + (outcome.setting().equals(report.configured().setting()) ? " (configured)" : "")
                    + (outcome.equals(report.recommended()) ? " (recommended)" : ""));
            cell(Words.percent(outcome.hitRate()));
            cell(grouped(outcome.exactHits()));
            cell(grouped(outcome.semanticHits()));
            cell(outcome.semanticHits() == 0 ? "–" : Words.percent(outcome.estimatedWrongRate()));
            cell(
                    outcome.compared() == 0
                            ? "–"
                            : grouped(outcome.agreed(Agreement.SAME)) + " of " + grouped(outcome.compared()));
            cell(
                    outcome.saved().unknown()
                            ? "unknown"
                            : Words.dollars(outcome.saved().picoDollars()));
            page.append("</tr>");
        }
        page.append("</table></div>\n");
    }

    private void misses() {
        if (report.configured().misses().isEmpty()) {
            return;
        }
        page.append("<h2>Misses by reason</h2><table>");
        report.configured().misses().forEach((reason, count) -> {
            page.append("<tr>");
            cell(reason);
            cell(grouped(count));
            page.append("</tr>");
        });
        page.append("</table>\n");
    }

    private void pairs(String title, String note, List<Pair> pairs) {
        if (pairs.isEmpty()) {
            return;
        }
        page.append("<h2>").append(escaped(title)).append("</h2>");
        note(note);
        page.append("<table class=\"pairs\"><tr><th>line<th>asked, and what it was compared with<th></tr>");
        for (Pair pair : pairs) {
            page.append("<tr>");
            cell(grouped(pair.line()));
            page.append("<td class=\"texts\"><div dir=\"auto\"><i>asked</i> ")
                    .append(escaped(pair.texts().asked()))
                    .append("</div><div dir=\"auto\"><i>stored</i> ")
                    .append(escaped(pair.texts().stored()))
                    .append("</div></td><td>")
                    .append(Words.facts(pair).stream().map(HtmlReport::escaped).collect(Collectors.joining("<br>")))
                    .append("</td></tr>");
        }
        page.append("</table>\n");
    }

    private void broken() {
        if (report.log().broken() == 0) {
            return;
        }
        page.append("<h2>Lines that cannot be read</h2><table class=\"pairs\"><tr><th>line<th>what is wrong</tr>");
        report.log().firstBroken().forEach(broken -> {
            page.append("<tr>");
            cell(grouped(broken.line()));
            cell(broken.what());
            page.append("</tr>");
        });
        page.append("</table>\n");
        note(grouped(report.log().broken()) + " in all.");
    }

    private void card(String value, String label) {
        page.append("<div class=\"card\"><b>").append(escaped(value)).append("</b><span>");
        page.append(escaped(label)).append("</span></div>");
    }

    private void note(String text) {
        page.append("<p class=\"note\">").append(escaped(text)).append("</p>\n");
    }

    private void cell(String text) {
        page.append("<td>").append(escaped(text)).append("</td>");
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A text as it may stand between tags and in quoted attributes. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
