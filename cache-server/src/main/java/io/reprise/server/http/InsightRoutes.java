package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Callers;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.config.ResolvedConfig.ResolvedSetting;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.reprise.server.telemetry.Course;
import io.reprise.server.telemetry.Telemetry;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.Upstreams;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What an administrator sees of the server itself: its settings, its health, its course, and the hits it has served of late. */
final class InsightRoutes {
    private static final int DEFAULT_PAGE = 50;
    private static final int MAX_PAGE = 1000;
    private static final int DEFAULT_MINUTES = 60;
    private static final int MAX_MINUTES = 31 * 24 * 60;

    private final Callers callers;
    private final List<ResolvedSetting> settings;
    private final UpstreamClient client;
    private final Upstreams upstreams;
    private final Telemetry telemetry;
    private final String sentenceModel;
    private final Course course;
    private final ServedHits served;

    InsightRoutes(Callers callers, HttpParts parts, Course course, ServedHits served) {
        this.callers = callers;
        this.settings = parts.settings();
        this.client = parts.upstream();
        this.upstreams = parts.upstreams();
        this.telemetry = parts.telemetry();
        this.sentenceModel = parts.cache().modelName();
        this.course = course;
        this.served = served;
    }

    void mount(Router router) {
        Reads.route(router, "/v1/admin/settings").handler(this::settings);
        Reads.route(router, "/v1/admin/health").handler(this::health);
        Reads.route(router, "/v1/admin/course").handler(this::course);
        Reads.route(router, "/v1/admin/hits").handler(this::hits);
    }

    private void settings(RoutingContext context) {
        requireAdministrator(context.request());
        ObjectNode answer = StrictJson.object();
        ArrayNode items = answer.putArray("items");
        settings.forEach(setting -> items.addObject()
                .put("key", setting.key())
                .put("value", setting.value())
                .put("origin", setting.origin().toString()));
        send(context, answer);
    }

    private void health(RoutingContext context) {
        requireAdministrator(context.request());
        ObjectNode answer = StrictJson.object().put("sentence_model", sentenceModel);
        ArrayNode providers = answer.putArray("upstreams");
        for (Provider provider : upstreams.all()) {
            Duration leftAlone = client.leftAloneFor(provider);
            providers
                    .addObject()
                    .put("name", provider.name())
                    .put("api", provider.api().name().toLowerCase(Locale.ROOT))
                    .put("origin", withoutUser(provider.origin()))
                    .put("own_key", provider.hasKeyOfItsOwn())
                    .put("state", leftAlone == null ? "open" : "left_alone")
                    .put("left_alone_seconds", leftAlone == null ? null : leftAlone.toSeconds());
        }
        // Gauges read the index, which may wait for the disk.
        ObjectNode gauges = answer.putObject("gauges");
        Future.await(context.vertx().executeBlocking(telemetry::gauges, false)).forEach((name, value) -> {
            if (Double.isFinite(value)) {
                gauges.put(name, value);
            }
        });
        send(context, answer);
    }

    private static String withoutUser(URI origin) {
        String user = origin.getRawUserInfo();
        return user == null ? origin.toString() : origin.toString().replace(user + "@", "");
    }

    private void course(RoutingContext context) {
        requireAdministrator(context.request());
        int minutes = Parameters.number(context.request(), "minutes", DEFAULT_MINUTES, 1, MAX_MINUTES);
        List<Course.Sample> samples =
                Future.await(context.vertx().executeBlocking(() -> course.last(Duration.ofMinutes(minutes)), false));
        ObjectNode answer = StrictJson.object();
        ArrayNode items = answer.putArray("items");
        for (Course.Sample sample : samples) {
            items.addObject()
                    .put("time", sample.at().toString())
                    .put("calls", sample.calls())
                    .put("exact_hits", sample.exact())
                    .put("semantic_hits", sample.semantic())
                    .put("coalesced", sample.coalesced())
                    .put("misses", sample.misses())
                    .put("bypasses", sample.bypasses())
                    .put("spent_usd", PicoDollars.toUsd(sample.spentPicoDollars()))
                    .put("saved_usd", PicoDollars.toUsd(sample.savedPicoDollars()))
                    .put("p50_ms", sample.p50Millis())
                    .put("p99_ms", sample.p99Millis())
                    .put("bound", sample.bound())
                    .put("expected", sample.expected())
                    .put("cutoff", sample.cutoff());
        }
        send(context, answer);
    }

    private void hits(RoutingContext context) {
        HttpServerRequest request = context.request();
        requireAdministrator(request);
        int limit = Parameters.number(request, "limit", DEFAULT_PAGE, 1, MAX_PAGE);
        Stream<ServedHits.Recent> hits = served.recent().stream();
        if (byRisk(request)) {
            hits = hits.sorted(Comparator.comparingDouble(hit -> hit.pair().confidence()));
        }
        ObjectNode answer = StrictJson.object();
        ArrayNode items = answer.putArray("items");
        hits.limit(limit).forEach(hit -> items.addObject()
                .put("lookup_id", hit.lookupId())
                .put("time", hit.at().toString())
                .put("principal", hit.principal())
                .put("entry", hit.entryId())
                .put("model", hit.model())
                .put("asked", hit.pair().asked())
                .put("stored", hit.pair().stored())
                .put("similarity", hit.pair().similarity())
                .put("confidence", hit.pair().confidence())
                .put("verdict", hit.verdict()));
        send(context, answer.putNull("next"));
    }

    private static boolean byRisk(HttpServerRequest request) {
        return switch (Parameters.text(request, "sort")) {
            case null -> true;
            case "risk" -> true;
            case "time" -> false;
            default -> throw Problem.invalid("sort", "must be risk or time");
        };
    }

    private void requireAdministrator(HttpServerRequest request) {
        if (!callers.administers(request)) {
            throw Problem.forbidden();
        }
    }

    private static void send(RoutingContext context, ObjectNode answer) {
        context.response().putHeader("cache-control", "no-store");
        Replies.json(context.response(), 200, answer);
    }
}
