package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Callers;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.reprise.server.requests.Comparison;
import io.reprise.server.requests.Dimension;
import io.reprise.server.requests.Forecast;
import io.reprise.server.requests.ForecastQuery;
import io.reprise.server.requests.GroupTotals;
import io.reprise.server.requests.Hours;
import io.reprise.server.requests.LogReading;
import io.reprise.server.requests.RequestLog;
import io.reprise.server.requests.RoiReport;
import io.reprise.server.requests.SpendReport;
import io.reprise.server.requests.TopReport;
import io.reprise.server.requests.WeekReport;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reports over the log of calls, for administrators: {@code GET /v1/reports/...}. */
final class SpendRoutes {
    private static final int MOST_PROMPTS = 1_000;
    private static final int MOST_MODELS = 20;
    private static final int MOST_DAYS = 400;
    private static final int HOURS_A_DAY = 24;

    private final Callers callers;
    private final @Nullable RequestLog requests;
    private final PriceBook prices;
    private final @Nullable BigDecimal machineUsdPerHour;
    private final Clock clock;

    /**
     * @param requests null where no calls are logged
     * @param machineUsdPerHour null where that is not known
     */
    SpendRoutes(
            Callers callers,
            @Nullable RequestLog requests,
            PriceBook prices,
            @Nullable BigDecimal machineUsdPerHour,
            Clock clock) {
        this.callers = callers;
        this.requests = requests;
        this.prices = prices;
        this.machineUsdPerHour = machineUsdPerHour;
        this.clock = clock;
    }

    void mount(Router router) {
        Reads.route(router, "/v1/reports/spend").handler(this::spend);
        Reads.route(router, "/v1/reports/top").handler(this::top);
        Reads.route(router, "/v1/reports/hours").handler(this::hours);
        Reads.route(router, "/v1/reports/forecast").handler(this::forecast);
        Reads.route(router, "/v1/reports/compare").handler(this::compare);
        Reads.route(router, "/v1/reports/roi").handler(this::roi);
    }

    private void spend(RoutingContext context) {
        HttpServerRequest request = context.request();
        administrator(request);
        List<Dimension> by = groupBy(request);
        Hours hours = hours(request);
        boolean csv = Parameters.csv(request);
        SpendReport report = answer(new SpendReport.Query(hours, by));
        if (csv) {
            csv(context.response(), by, report);
            return;
        }
        ObjectNode answer = bounds(hours);
        ArrayNode items = answer.putArray("items");
        for (SpendReport.Row row : report.rows()) {
            ObjectNode item = items.addObject();
            for (int i = 0; i < by.size(); i++) {
                item.put(by.get(i).field(), row.names().get(i));
            }
            put(item, row.totals());
        }
        put(answer.putNull("next").putObject("total"), report.total());
        Replies.json(context.response(), 200, answer);
    }

    private static void csv(HttpServerResponse response, List<Dimension> by, SpendReport report) {
        List<String> header = new ArrayList<>(by.stream().map(Dimension::field).toList());
        header.addAll(report.total().byName().keySet());
        var lines = new Csv(header);
        List<SpendReport.Row> rows =
                by.isEmpty() ? List.of(new SpendReport.Row(List.of(), report.total())) : report.rows();
        for (SpendReport.Row row : rows) {
            List<@Nullable Object> cells = new ArrayList<>(row.names());
            cells.addAll(row.totals().byName().values());
            lines.line(cells);
        }
        lines.send(response);
    }

    private void top(RoutingContext context) {
        HttpServerRequest request = context.request();
        administrator(request);
        Instant from = Parameters.instant(request, "from", false);
        Instant to = Parameters.instant(request, "to", true);
        checkOrder(from, to);
        var query = new TopReport.Query(
                measure(request), from, to, Parameters.number(request, "limit", 20, 1, MOST_PROMPTS));
        TopReport report = answer(query);
        ObjectNode answer = StrictJson.object();
        ArrayNode items = answer.putArray("items");
        for (TopReport.Row row : report.rows()) {
            boolean unknown = row.unpriced() > 0 && row.unpriced() >= row.calls();
            ObjectNode item = items.addObject().put("fingerprint", row.fingerprint()).put("prompt", row.prompt());
            item.set("models", StrictJson.parse(row.models().getBytes(StandardCharsets.UTF_8)));
            item.put("calls", row.calls())
                    .put("unpriced_calls", row.unpriced())
                    .put("spent_usd", unknown ? null : PicoDollars.toUsd(row.spentPicoDollars()))
                    .put("saved_usd", unknown ? null : PicoDollars.toUsd(row.savedPicoDollars()));
        }
        Replies.json(context.response(), 200, answer.putNull("next").put("exact", report.exact()));
    }

    private void hours(RoutingContext context) {
        HttpServerRequest request = context.request();
        administrator(request);
        ZoneId zone = zone(request);
        Hours hours = hours(request);
        WeekReport report = answer(new WeekReport.Query(hours, zone));
        ObjectNode answer = bounds(hours).put("zone", zone.getId());
        ArrayNode items = answer.putArray("items");
        for (DayOfWeek day : DayOfWeek.values()) {
            for (int hour = 0; hour < HOURS_A_DAY; hour++) {
                ObjectNode item = items.addObject()
                        .put("weekday", day.getValue())
                        .put("day", day.name().toLowerCase(Locale.ROOT))
                        .put("hour", hour);
                put(item, report.at(day, hour));
            }
        }
        Replies.json(context.response(), 200, answer.putNull("next"));
    }

    private void forecast(RoutingContext context) {
        HttpServerRequest request = context.request();
        administrator(request);
        Forecast forecast = answer(new ForecastQuery(Parameters.calls(request), clock.instant()));
        Replies.json(
                context.response(),
                200,
                StrictJson.object()
                        .put("month", forecast.month().toString())
                        .put("spent_usd", PicoDollars.toUsd(forecast.spentPicoDollars()))
                        .put("expected_usd", usd(forecast.expectedPicoDollars()))
                        .put("low_usd", usd(forecast.lowPicoDollars()))
                        .put("high_usd", usd(forecast.highPicoDollars()))
                        .put("confidence", Forecast.CONFIDENCE)
                        .put("history_days", forecast.historyDays()));
    }

    private void compare(RoutingContext context) {
        HttpServerRequest request = context.request();
        administrator(request);
        List<String> models = models(request);
        int days = Parameters.number(request, "days", 30, 1, MOST_DAYS);
        Instant now = clock.instant();
        var hours = new Hours(now.minus(Duration.ofDays(days)), null, Parameters.calls(request));
        Comparison comparison = answer(new Comparison.Query(hours, models, prices));
        ObjectNode answer = StrictJson.object().put("days", days);
        GroupTotals actual = comparison.actual();
        answer.putObject("actual")
                .put("calls", actual.upstreamCalls())
                .put("unpriced_calls", actual.savings().unpricedCalls())
                .put("input_tokens", actual.usedInput())
                .put("cached_input_tokens", actual.usedCachedInput())
                .put("cache_write_tokens", actual.usedCacheWrite())
                .put("output_tokens", actual.usedOutput())
                .put("usd", PicoDollars.toUsd(actual.spentByCalls()));
        ArrayNode items = answer.putArray("items");
        for (Comparison.Model model : comparison.models()) {
            items.addObject()
                    .put("model", model.name())
                    .put("usd", usd(model.picoDollars()))
                    .put("batch_usd", usd(model.batchPicoDollars()))
                    .put("uncached_usd", usd(model.uncachedPicoDollars()))
                    .put("unpriced_calls", model.unpricedCalls());
        }
        Replies.json(context.response(), 200, answer.putNull("next").put("price_version", prices.version()));
    }

    private void roi(RoutingContext context) {
        HttpServerRequest request = context.request();
        administrator(request);
        Hours hours = hours(request);
        RoiReport report = answer(new RoiReport.Query(hours, machineUsdPerHour, clock.instant()));
        Replies.json(
                context.response(),
                200,
                bounds(hours)
                        .put("calls", report.totals().savings().calls())
                        .put("unpriced_calls", report.totals().savings().unpricedCalls())
                        .put("spent_usd", PicoDollars.toUsd(report.totals().savings().spentPicoDollars()))
                        .put("saved_usd", PicoDollars.toUsd(report.grossPicoDollars()))
                        .put("audits_usd", PicoDollars.toUsd(report.auditPicoDollars()))
                        .put("overhead_usd", PicoDollars.toUsd(report.overheadPicoDollars()))
                        .put(
                                "machine_usd_per_hour",
                                machineUsdPerHour == null ? null : machineUsdPerHour.toPlainString())
                        .put("machine_hours", report.machineTime().toMillis() / 3_600_000.0)
                        .put("machine_usd", usd(report.machinePicoDollars()))
                        .put("net_usd", PicoDollars.toUsd(report.netPicoDollars())));
    }

    private void administrator(HttpServerRequest request) {
        if (!callers.administers(request)) {
            throw Problem.forbidden();
        }
    }

    private <T> T answer(LogReading<T> reading) {
        return RequestRoutes.answer(requests, reading);
    }

    private static Hours hours(HttpServerRequest request) {
        Instant from = Parameters.instant(request, "from", false);
        Instant to = Parameters.instant(request, "to", true);
        checkOrder(from, to);
        return new Hours(from, to, Parameters.calls(request));
    }

    private static void checkOrder(@Nullable Instant from, @Nullable Instant to) {
        if (from != null && to != null && to.isBefore(from)) {
            throw Problem.invalid("to", "must not be before from");
        }
    }

    private static ObjectNode bounds(Hours hours) {
        return StrictJson.object()
                .put("from", hours.from() == null ? null : hours.from().toString())
                .put("to", hours.to() == null ? null : hours.to().toString());
    }

    private static List<Dimension> groupBy(HttpServerRequest request) {
        String value = Parameters.text(request, "group_by");
        List<Dimension> fields = new ArrayList<>();
        if (value != null) {
            for (String name : value.split(",", -1)) {
                Dimension field = Arrays.stream(Dimension.values())
                        .filter(each -> each.field().equals(name.strip()))
                        .findFirst()
                        .orElseThrow(() -> Problem.invalid(
                                "group_by",
                                "must be a comma list of "
                                        + Arrays.stream(Dimension.values())
                                                .map(Dimension::field)
                                                .collect(Collectors.joining(", "))));
                if (!fields.contains(field)) {
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static TopReport.Measure measure(HttpServerRequest request) {
        String by = Parameters.text(request, "by");
        return switch (by) {
            case null -> TopReport.Measure.COST;
            case "cost" -> TopReport.Measure.COST;
            case "calls" -> TopReport.Measure.CALLS;
            case "saved" -> TopReport.Measure.SAVED;
            default -> throw Problem.invalid("by", "must be cost, calls or saved");
        };
    }

    private static ZoneId zone(HttpServerRequest request) {
        String zone = Parameters.text(request, "zone");
        try {
            return ZoneId.of(zone == null ? "UTC" : zone);
        } catch (DateTimeException e) {
            throw Problem.invalid("zone", "must be a time zone such as Europe/Berlin or UTC");
        }
    }

    private static List<String> models(HttpServerRequest request) {
        String value = Parameters.text(request, "models");
        List<String> models = value == null
                ? List.of()
                : Arrays.stream(value.split(",", -1))
                        .map(String::strip)
                        .filter(model -> !model.isEmpty())
                        .distinct()
                        .toList();
        if (models.isEmpty() || models.size() > MOST_MODELS) {
            throw Problem.invalid(
                    "models", "must be a comma list of 1 to " + MOST_MODELS + " models, such as gpt-4o or model@provider");
        }
        return models;
    }

    private static void put(ObjectNode into, GroupTotals totals) {
        totals.byName().forEach((name, value) -> {
            switch (value) {
                case null -> into.putNull(name);
                case Long number -> into.put(name, number);
                case Double number -> into.put(name, number);
                case Object text -> into.put(name, text.toString());
            }
        });
    }

    private static @Nullable String usd(@Nullable Long picoDollars) {
        return picoDollars == null ? null : PicoDollars.toUsd(picoDollars);
    }
}
