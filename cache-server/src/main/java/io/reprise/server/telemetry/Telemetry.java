package io.reprise.server.telemetry;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Histogram;
import io.reprise.server.cache.StageTimer;
import io.reprise.server.cache.eviction.EvictionMeter;
import io.reprise.server.cache.eviction.Victim;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.protocol.Usage;
import java.time.Clock;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Meters and tallies of the server. Thread-safe. */
public final class Telemetry implements StageTimer, EvictionMeter {
    private static final double PICO = 1e-12;
    private static final int MAX_MODELS = 100;
    private static final int MAX_PRINCIPALS = 10_000;
    private static final double[] QUANTILES = {0.5, 0.95, 0.99};
    private static final double[] COST_BUCKETS_USD = {0.0001, 0.001, 0.01, 0.1, 1, 10};

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final BoundedNames models = new BoundedNames(MAX_MODELS);
    private final Map<String, ModelMeters> byModel = new ConcurrentHashMap<>();
    private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
    private final Map<Victim.Reason, EvictionMeters> evictions = new EnumMap<>(Victim.Reason.class);
    private final Histogram cost;
    private final Tally all = new Tally();
    private final Cache<String, Tally> byPrincipal = Caffeine.newBuilder()
            .maximumSize(MAX_PRINCIPALS)
            .executor(Runnable::run)
            .build();
    private final UpstreamWatch upstreams;
    private final Clock clock;

    public Telemetry(Clock clock) {
        this.clock = clock;
        upstreams = new UpstreamWatch(clock, registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        for (Stage stage : Stage.values()) {
            stages.put(
                    stage,
                    Timer.builder("reprise.lookup")
                            .description("Time of each stage of a lookup")
                            .tag("stage", stage.name().toLowerCase(Locale.ROOT))
                            .publishPercentiles(QUANTILES)
                            .serviceLevelObjectives(Latencies.STAGE)
                            .register(registry));
        }
        for (Victim.Reason reason : Victim.Reason.values()) {
            evictions.put(reason, new EvictionMeters(reason));
        }
        // Not Micrometer's, which rounds what it puts into buckets up to whole numbers: every call would cost a dollar.
        cost = Histogram.builder()
                .name("llm_request_cost_usd")
                .help("What upstream charged for a call, in US dollars")
                .classicOnly()
                .withoutExemplars()
                .classicUpperBounds(COST_BUCKETS_USD)
                .register(registry.getPrometheusRegistry());
    }

    @Override
    public void record(Stage stage, long nanos) {
        Timer timer = stages.get(stage);
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void evicted(Victim.Reason reason, long entries, long bytes) {
        EvictionMeters meters = evictions.get(reason);
        if (meters != null) {
            meters.entries.increment((double) entries);
            meters.bytes.increment((double) bytes);
        }
    }

    /**
     * Counts a finished call.
     *
     * @param principal whose it was
     * @param model the model asked for, or null
     * @param reason kind of a hit, or reason of a miss or bypass
     */
    public void outcome(String principal, @Nullable String model, CallOutcome outcome, String reason) {
        boolean hit =
                switch (outcome) {
                    case EXACT, SEMANTIC, COALESCED -> {
                        all.hit(reason);
                        of(principal).hit(reason);
                        yield true;
                    }
                    case MISS -> {
                        all.miss(reason);
                        of(principal).miss(reason);
                        yield false;
                    }
                    case BYPASS, RULE -> {
                        all.bypass(reason);
                        of(principal).bypass(reason);
                        yield false;
                    }
                    // Counted by outcome below: what may not be made is no call that the cache could have answered.
                    case REFUSED -> false;
                };
        ModelMeters meters = meters(model);
        meters.count(outcome);
        if (hit || outcome == CallOutcome.MISS) {
            meters.ratio.add(hit);
        }
    }

    /** Counts what a call used upstream and what that cost, when known. */
    public void spent(@Nullable String model, Usage usage, @Nullable Long picoDollars) {
        ModelMeters meters = meters(model);
        meters.input.increment((double) usage.inputTokens());
        meters.output.increment((double) usage.outputTokens());
        if (picoDollars != null) {
            cost.observe(picoDollars * PICO);
        }
    }

    /** Counts what a hit saved. */
    public void saved(@Nullable String model, long picoDollars) {
        meters(model).saved.increment(picoDollars * PICO);
    }

    /** Counts an answer to a client by its HTTP status. */
    public void status(int status) {
        Counter.builder("reprise.http.responses")
                .description("Calls by the HTTP status that they were answered with; 499 where the client left")
                .tag("status", Integer.toString(status))
                .register(registry)
                .increment();
    }

    /** Counts an answer that is not stored; the reasons are our own few words. */
    public void notStored(String reason) {
        Counter.builder("reprise.not.stored")
                .description("Answers of upstream that could have been stored and were not")
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    /** What sees how upstreams answer. */
    public UpstreamWatch upstreams() {
        return upstreams;
    }

    /** Publishes a number that somebody else keeps. */
    public <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** The numbers that {@link #gauge} publishes, by name. */
    public Map<String, Double> gauges() {
        Map<String, Double> values = new TreeMap<>();
        registry.forEachMeter(meter -> {
            if (meter instanceof Gauge gauge && meter.getId().getTags().isEmpty()) {
                values.put(meter.getId().getName(), gauge.value());
            }
        });
        return values;
    }

    /** Publishes a number that somebody else keeps and that only grows. */
    public <T> void counter(String name, String description, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value).description(description).register(registry);
    }

    /** Outcomes of one principal, or of all when null. */
    public Tally tally(@Nullable String principal) {
        return principal == null ? all : of(principal);
    }

    /** Quantiles of each stage's time over the last minutes, in milliseconds, by stage and by quantile such as {@code p99}. */
    public Map<String, Map<String, Double>> latencyMillis() {
        Map<String, Map<String, Double>> byStage = new TreeMap<>();
        stages.forEach((stage, timer) -> {
            HistogramSnapshot snapshot = timer.takeSnapshot();
            Map<String, Double> quantiles = new TreeMap<>();
            for (ValueAtPercentile value : snapshot.percentileValues()) {
                quantiles.put("p" + Math.round(value.percentile() * 100), value.value(TimeUnit.MILLISECONDS));
            }
            byStage.put(stage.name().toLowerCase(Locale.ROOT), quantiles);
        });
        return byStage;
    }

    /** Every meter in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    private Tally of(String principal) {
        return byPrincipal.get(principal, absent -> new Tally());
    }

    private ModelMeters meters(@Nullable String model) {
        return byModel.computeIfAbsent(models.bounded(model == null ? "none" : model), ModelMeters::new);
    }

    /** The meters of one bound. */
    private final class EvictionMeters {
        private final Counter entries;
        private final Counter bytes;

        EvictionMeters(Victim.Reason reason) {
            entries = counter("reprise.evicted.entries", "Entries dropped to keep a bound", reason);
            bytes = counter("reprise.evicted.bytes", "Bytes of the entries dropped to keep a bound", reason);
        }

        private Counter counter(String name, String description, Victim.Reason reason) {
            return Counter.builder(name)
                    .description(description)
                    .tag("bound", reason.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
    }

    /** The meters of one model. */
    private final class ModelMeters {
        private final Map<CallOutcome, Counter> outcomes = new EnumMap<>(CallOutcome.class);
        private final Counter input;
        private final Counter output;
        private final Counter saved;
        private final SlidingRatio ratio = new SlidingRatio(clock);

        ModelMeters(String model) {
            for (CallOutcome outcome : CallOutcome.values()) {
                outcomes.put(
                        outcome,
                        Counter.builder("llm.cache.requests")
                                .description("Calls by how they were answered")
                                .tags("model", model, "outcome", outcome.id())
                                .register(registry));
            }
            input = tokens(model, "input");
            output = tokens(model, "output");
            saved = Counter.builder("llm.cost.saved.usd")
                    .description("What calls answered by the cache would have cost, in US dollars")
                    .tag("model", model)
                    .register(registry);
            Gauge.builder("llm.cache.hit.ratio", ratio, SlidingRatio::value)
                    .description("Share of looked-up calls that hit, over five minutes")
                    .tag("model", model)
                    .register(registry);
        }

        private void count(CallOutcome outcome) {
            Counter counter = outcomes.get(outcome);
            if (counter != null) {
                counter.increment();
            }
        }

        private Counter tokens(String model, String type) {
            return Counter.builder("llm.token.usage")
                    .description("Tokens used upstream")
                    .tags("model", model, "type", type)
                    .register(registry);
        }
    }
}
