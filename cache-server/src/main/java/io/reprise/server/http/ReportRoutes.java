package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.index.EntryFilter;
import io.reprise.server.access.Callers;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.config.Release;
import io.reprise.server.decision.bound.HitCounts;
import io.reprise.server.decision.bound.Published;
import io.reprise.server.decision.bound.Terms;
import io.reprise.server.ledger.GroupBy;
import io.reprise.server.ledger.Ledger;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.ledger.SavingsQuery;
import io.reprise.server.ledger.SavingsReport;
import io.reprise.server.ledger.SavingsTotals;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.reprise.server.telemetry.Tally;
import io.reprise.server.telemetry.Telemetry;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the server tells of itself: statistics, savings, metrics, health and the status page. */
final class ReportRoutes {
    private final Callers callers;
    private final SemanticCache cache;
    private final Ledger ledger;
    private final Telemetry telemetry;
    private final HttpParts.@Nullable Bounded bounded;
    private final boolean metricsOpen;
    private final BooleanSupplier ready;
    private final Instant since;

    /**
     * @param bounded the controller of wrong hits, or null when the policy has none
     * @param metricsOpen whether anybody may read the metrics
     * @param ready whether the server takes requests
     * @param since when counting began
     */
    ReportRoutes(
            Callers callers,
            SemanticCache cache,
            Ledger ledger,
            Telemetry telemetry,
            HttpParts.@Nullable Bounded bounded,
            boolean metricsOpen,
            BooleanSupplier ready,
            Instant since) {
        this.callers = callers;
        this.cache = cache;
        this.ledger = ledger;
        this.telemetry = telemetry;
        this.bounded = bounded;
        this.metricsOpen = metricsOpen;
        this.ready = ready;
        this.since = since.truncatedTo(ChronoUnit.SECONDS);
    }

    void mount(Router router) {
        Reads.route(router, "/v1/cache/stats").handler(this::stats);
        Reads.route(router, "/v1/savings").handler(this::savings);
        Reads.route(router, "/metrics").handler(this::metrics);
        Reads.route(router, "/health/live").handler(context -> health(context, true));
        Reads.route(router, "/health/ready").handler(context -> health(context, ready.getAsBoolean()));
        Reads.route(router, "/").handler(this::statusPage);
    }

    private void stats(RoutingContext context) {
        HttpServerRequest request = context.request();
        String principal = Parameters.principalOfNumbers(request, callers.identify(request));
        Replies.json(context.response(), 200, stats(principal));
    }

    private ObjectNode stats(@Nullable String principal) {
        ObjectNode stats = StrictJson.object().put("since", since.toString());
        stats.put("entries", Future.await(cache.count(EntryFilter.ofPrincipal(principal))));
        stats.put("bytes", Future.await(cache.sizeBytes()));
        Tally tally = telemetry.tally(principal);
        put(stats.putObject("hits").put("exact", 0L).put("semantic", 0L), tally.hits());
        put(stats.putObject("misses"), tally.misses());
        put(stats.putObject("bypasses"), tally.bypasses());
        ObjectNode latency = stats.putObject("latency_ms");
        telemetry.latencyMillis().forEach((stage, quantiles) -> {
            ObjectNode of = latency.putObject(stage);
            quantiles.forEach(of::put);
        });
        bound(stats);
        stats.put("reembedding_remaining", cache.reembeddingRemaining());
        return stats.put("faults", cache.faults());
    }

    /** What is known of wrong hits; a static cut-off has no evidence of its own, and says so. */
    private void bound(ObjectNode stats) {
        if (bounded == null) {
            stats.putNull("wrong_rate_bound");
            return;
        }
        Published published = bounded.risk().published();
        HitCounts total = published.total();
        Terms terms = published.terms();
        stats.put("wrong_rate_bound", published.bound());
        ObjectNode rate = stats.putObject("wrong_rate")
                .put("evidence", terms.exactOnly() ? null : terms.reason().evidence())
                .put("ceiling", published.ceiling())
                .put("confidence", published.confidence())
                .put("bound", published.bound())
                .put("shown", published.shown())
                .put("estimate", published.estimate())
                .put("cutoff", terms.exactOnly() ? null : terms.cutoff())
                .put("basis", terms.reason().id())
                .put("expected_by_calibration", published.expectedByCalibration())
                .put("window_since", published.since().toString())
                .put("window_hits", published.windowHits())
                .put("served", total.served())
                .put("audits", total.audits())
                .put("alarms", total.alarms())
                .put("audits_of_hits_withheld", total.auditsWithheld())
                .put("audits_lost", published.lostAudits())
                .put("served_outside_the_bound", published.outside())
                .put("audit_rate", bounded.auditRate())
                .put("restarts", published.restarts());
        rate.putObject("window")
                .put("served", published.served())
                .put("audits", published.audits())
                .put("alarms", published.alarms());
    }

    private static void put(ObjectNode into, Map<String, Long> counts) {
        counts.forEach(into::put);
    }

    private void savings(RoutingContext context) {
        HttpServerRequest request = context.request();
        String principal = Parameters.principalOfNumbers(request, callers.identify(request));
        SavingsQuery query;
        try {
            query = new SavingsQuery(day(request, "from"), day(request, "to"), groupBy(request), principal);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("to", "must not be before from");
        }
        SavingsReport report = Future.await(Future.fromCompletionStage(ledger.savings(query)));
        ObjectNode answer = StrictJson.object();
        answer.put("from", query.from() == null ? null : query.from().toString());
        answer.put("to", query.to() == null ? null : query.to().toString());
        ArrayNode rows = answer.putArray("rows");
        for (SavingsReport.Row row : report.rows()) {
            ObjectNode one = rows.addObject();
            for (GroupBy field : query.groupBy()) {
                switch (field) {
                    case DAY ->
                        one.put("day", row.day() == null ? null : row.day().toString());
                    case MODEL -> one.put("model", row.model());
                    case NAMESPACE -> one.put("namespace", row.namespace());
                }
            }
            totals(one, row.totals());
        }
        totals(answer.putObject("total"), report.total());
        Replies.json(context.response(), 200, answer);
    }

    private static void totals(ObjectNode into, SavingsTotals totals) {
        into.put("calls", totals.calls())
                .put("exact_hits", totals.exactHits())
                .put("semantic_hits", totals.semanticHits())
                .put("misses", totals.misses())
                .put("bypasses", totals.bypasses())
                .put("coalesced", totals.coalesced())
                .put("unpriced_calls", totals.unpricedCalls())
                .put("input_tokens", totals.inputTokens())
                .put("output_tokens", totals.outputTokens())
                .put("saved_input_tokens", totals.savedInputTokens())
                .put("saved_output_tokens", totals.savedOutputTokens())
                .put("spent_usd", PicoDollars.toUsd(totals.spentPicoDollars()))
                .put("saved_usd", PicoDollars.toUsd(totals.savedPicoDollars()));
        if (totals.audits() > 0) {
            into.put("audits", totals.audits()).put("audit_usd", PicoDollars.toUsd(totals.auditPicoDollars()));
        }
    }

    private static List<GroupBy> groupBy(HttpServerRequest request) {
        String value = Parameters.text(request, "group_by");
        List<GroupBy> fields = new ArrayList<>();
        if (value != null) {
            for (String name : value.split(",", -1)) {
                GroupBy field =
                        switch (name.strip()) {
                            case "day" -> GroupBy.DAY;
                            case "model" -> GroupBy.MODEL;
                            case "namespace" -> GroupBy.NAMESPACE;
                            default ->
                                throw Problem.invalid("group_by", "must be a comma list of day, model, namespace");
                        };
                if (!fields.contains(field)) {
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    /** A UTC day, given as one or as an instant in it. */
    private static @Nullable LocalDate day(HttpServerRequest request, String name) {
        String value = Parameters.text(request, name);
        if (value == null) {
            return null;
        }
        try {
            return value.length() <= 10
                    ? LocalDate.parse(value)
                    : Instant.parse(value).atZone(ZoneOffset.UTC).toLocalDate();
        } catch (DateTimeParseException e) {
            throw Problem.invalid(name, "must be a day such as 2026-01-31, or an instant in UTC");
        }
    }

    private void metrics(RoutingContext context) {
        if (!metricsOpen && !callers.administers(context.request())) {
            throw Problem.forbidden();
        }
        // Gauges read the index, which may wait for the disk.
        String meters = Future.await(context.vertx().executeBlocking(telemetry::scrape, false));
        Replies.send(
                context.response(),
                200,
                "text/plain; version=0.0.4; charset=utf-8",
                meters.getBytes(StandardCharsets.UTF_8));
    }

    private static void health(RoutingContext context, boolean good) {
        Release release = Release.current();
        ObjectNode answer = StrictJson.object()
                .put("status", good ? "up" : "down")
                .put("version", release.version())
                .put("commit", release.commit());
        Replies.json(context.response(), good ? 200 : 503, answer);
    }

    private void statusPage(RoutingContext context) {
        HttpServerRequest request = context.request();
        String principal = Parameters.principalOfNumbers(request, callers.identify(request));
        SavingsReport report = Future.await(Future.fromCompletionStage(
                ledger.savings(new SavingsQuery(null, null, List.of(GroupBy.MODEL), principal))));
        String page = StatusPage.render(stats(principal), report, principal == null);
        context.response().putHeader("cache-control", "no-store");
        context.response().putHeader("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'");
        Replies.send(context.response(), 200, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8));
    }
}
