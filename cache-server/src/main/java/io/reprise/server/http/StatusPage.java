package io.reprise.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.ledger.SavingsReport;
import io.reprise.server.ledger.SavingsTotals;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The page at {@code /}: what the cache holds, how it answers, what it saved. One document, no script, nothing loaded. */
final class StatusPage {
    private static final String HEAD = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="refresh" content="10">
            <title>Reprise</title>
            <style>
            :root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 18%, transparent); }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2.5rem auto; padding: 0 1.25rem; }
            h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.05rem; margin: 2.2rem 0 .4rem; }
            .note { opacity: .7; margin: .2rem 0 0; }
            .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: .8rem; margin-top: 1.6rem; }
            .card { border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; }
            .card b { display: block; font-size: 1.45rem; font-weight: 600; font-variant-numeric: tabular-nums; }
            .card span { opacity: .7; font-size: .85rem; }
            table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
            th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
            th { font-weight: 500; opacity: .7; } th:first-child, td:first-child { text-align: left; }
            </style>
            </head>
            <body>
            """;

    private StatusPage() {}

    /**
     * Renders the page.
     *
     * @param stats the body of the statistics route
     * @param report savings by model
     * @param everybody whether the numbers are those of all principals
     */
    static String render(ObjectNode stats, SavingsReport report, boolean everybody) {
        SavingsTotals total = report.total();
        long hits = total.exactHits() + total.semanticHits();
        long lookedUp = hits + total.misses();
        var page = new StringBuilder(HEAD);
        page.append("<h1>Reprise</h1><p class=\"note\">A semantic cache for LLM calls. ")
                .append(everybody ? "Numbers of all principals." : "Your own numbers.")
                .append(" Counting since ")
                .append(escaped(stats.path("since").asText()))
                .append("; savings are kept across restarts.</p>\n<div class=\"cards\">");
        card(page, grouped(stats.path("entries").asLong()), "entries");
        card(page, lookedUp == 0 ? "–" : percent(hits, lookedUp), "of looked-up calls hit");
        card(
                page,
                grouped(hits),
                "hits: " + grouped(total.exactHits()) + " exact, " + grouped(total.semanticHits()) + " semantic");
        card(page, "$" + PicoDollars.toUsd(total.savedPicoDollars()), "saved");
        card(page, "$" + PicoDollars.toUsd(total.spentPicoDollars()), "spent upstream");
        wrongHits(page, stats);
        long remaining = stats.path("reembedding_remaining").asLong();
        if (remaining > 0) {
            card(page, grouped(remaining), "entries still to be embedded for another model");
        }
        page.append("</div>\n");
        savings(page, report);
        counts(page, "Misses by reason", stats.path("misses"));
        counts(page, "Bypasses by reason", stats.path("bypasses"));
        latency(page, stats.path("latency_ms"));
        return page.append("</body></html>\n").toString();
    }

    /**
     * What is shown of wrong hits, or else what is expected of them: without evidence the bound is 1, which is no news.
     */
    private static void wrongHits(StringBuilder page, ObjectNode stats) {
        JsonNode bound = stats.path("wrong_rate_bound");
        JsonNode expected = stats.path("wrong_rate").path("expected_by_calibration");
        if (bound.isNumber() && bound.asDouble() < 1) {
            card(page, "at most " + percent(bound.asDouble()), "of hits by meaning are wrong, as audits have shown");
        } else if (expected.isNumber()) {
            card(
                    page,
                    percent(expected.asDouble()),
                    "of hits by meaning are expected to be wrong: calibrated, not measured");
        } else {
            card(page, "not measured", "share of wrong hits");
        }
    }

    private static void card(StringBuilder page, String value, String label) {
        page.append("<div class=\"card\"><b>")
                .append(escaped(value))
                .append("</b><span>")
                .append(escaped(label))
                .append("</span></div>");
    }

    private static void savings(StringBuilder page, SavingsReport report) {
        page.append("<h2>By model</h2><table><tr><th>model<th>calls<th>exact<th>semantic<th>misses<th>bypasses"
                + "<th>unpriced<th>spent<th>saved</tr>");
        for (SavingsReport.Row row : report.rows()) {
            SavingsTotals totals = row.totals();
            row(
                    page,
                    row.model() == null ? "(none named)" : row.model(),
                    grouped(totals.calls()),
                    grouped(totals.exactHits()),
                    grouped(totals.semanticHits()),
                    grouped(totals.misses()),
                    grouped(totals.bypasses()),
                    grouped(totals.unpricedCalls()),
                    "$" + PicoDollars.toUsd(totals.spentPicoDollars()),
                    "$" + PicoDollars.toUsd(totals.savedPicoDollars()));
        }
        page.append("</table>\n");
    }

    private static void counts(StringBuilder page, String title, JsonNode counts) {
        if (counts.isEmpty()) {
            return;
        }
        page.append("<h2>").append(title).append("</h2><table>");
        counts.properties()
                .forEach(count ->
                        row(page, count.getKey(), grouped(count.getValue().asLong())));
        page.append("</table>\n");
    }

    private static void latency(StringBuilder page, JsonNode stages) {
        page.append("<h2>Time of a lookup, by stage</h2><table><tr><th>stage<th>p50<th>p95<th>p99</tr>");
        stages.properties()
                .forEach(stage -> row(
                        page,
                        stage.getKey(),
                        millis(stage.getValue().path("p50")),
                        millis(stage.getValue().path("p95")),
                        millis(stage.getValue().path("p99"))));
        page.append("</table>\n");
    }

    private static void row(StringBuilder page, String... cells) {
        page.append("<tr>");
        for (@Nullable String cell : cells) {
            page.append("<td>").append(escaped(cell == null ? "" : cell));
        }
        page.append("</tr>");
    }

    private static String millis(JsonNode value) {
        return String.format(Locale.ROOT, "%.3f ms", value.asDouble());
    }

    private static String grouped(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String percent(long part, long whole) {
        return percent((double) part / whole);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
