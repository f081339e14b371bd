package io.reprise.server.alerts;

import io.reprise.server.config.AlertsConfig;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.requests.HourSums;
import io.reprise.server.requests.RequestLog;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of each alert once: in the log, and at the webhooks. Asks the log of calls every minute what is unusual, and takes what others find
 * out. Thread-safe. What was told is forgotten at a restart.
 */
public final class Alerts implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Alerts.class);
    private static final long EVERY_SECONDS = 60;
    private static final int MOST_TOLD = 10_000;
    private static final long FIRST_DELAY_MILLIS = 1_000;

    private final double upstreamErrorRate;
    private final Webhooks webhooks;
    private final Clock clock;
    private final Set<String> told = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > MOST_TOLD;
        }
    }));
    private final LongAdder raised = new LongAdder();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("reprise-alerts").factory());

    private Alerts(AlertsConfig config, Webhooks webhooks, Clock clock) {
        this.upstreamErrorRate = config.upstreamErrorRate();
        this.webhooks = webhooks;
        this.clock = clock;
    }

    /**
     * Begins to watch a log.
     *
     * @param secret what posts are signed with
     */
    public static Alerts watching(RequestLog requests, AlertsConfig config, byte[] secret, Clock clock) {
        var alerts = new Alerts(config, new Webhooks(config.webhooks(), secret, FIRST_DELAY_MILLIS), clock);
        ScheduledFuture<?> unused = alerts.thread.scheduleWithFixedDelay(
                () -> alerts.look(requests), EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
        return alerts;
    }

    /** Tells of something, unless it was told for this cause, subject and window before. Never waits. */
    public void raise(Alert alert) {
        if (told.add(alert.key())) {
            raised.increment();
            log.warn("Alert: {}", alert.text());
            webhooks.post(alert);
        }
    }

    /** A budget has passed one of its marks, such as 80 percent. */
    public void budgetMark(BudgetStanding budget, int percent) {
        raise(new Alert(
                Alert.Cause.BUDGET_MARK,
                budget.scope() + " " + percent,
                budget.window(),
                clock.instant(),
                "%s has spent %d %% of its budget: %s of %s US dollars."
                        .formatted(
                                budget.scope(),
                                percent,
                                PicoDollars.toUsd(budget.spentPicoDollars()),
                                PicoDollars.toUsd(budget.limitPicoDollars()))));
    }

    /** A budget is expected to be spent before its window ends, where that is more than its limit. */
    public void budgetForecast(BudgetStanding budget, long expectedPicoDollars) {
        if (expectedPicoDollars > budget.limitPicoDollars()) {
            raise(new Alert(
                    Alert.Cause.FORECAST_OVER_BUDGET,
                    budget.scope(),
                    budget.window(),
                    clock.instant(),
                    "%s is expected to spend %s US dollars, and has a budget of %s."
                            .formatted(
                                    budget.scope(),
                                    PicoDollars.toUsd(expectedPicoDollars),
                                    PicoDollars.toUsd(budget.limitPicoDollars()))));
        }
    }

    /** Alerts since the start. */
    public long raised() {
        return raised.sum();
    }

    /** Posts to webhooks that were given up since the start. */
    public long failedPosts() {
        return webhooks.failed();
    }

    private void look(RequestLog requests) {
        try {
            Instant now = clock.instant();
            consider(
                    requests.read(new HourSums.Query(now)).toCompletableFuture().join(), now);
        } catch (CompletionException e) {
            log.debug("Alerts cannot read the log of calls", e);
        } catch (RuntimeException e) {
            // Or else the schedule would end.
            log.error("Alerts were not decided", e);
        }
    }

    /** Raises what is unusual. */
    void consider(HourSums.Recent recent, Instant now) {
        var signals = new Signals(recent.byHour(), now);
        signals.spendSpike(recent.lastHour()).ifPresent(this::raise);
        signals.hitRate(recent.lastHour()).ifPresent(this::raise);
        signals.upstreamErrors(recent.lastQuarter(), upstreamErrorRate).ifPresent(this::raise);
        for (String model : recent.unpriced()) {
            raise(new Alert(
                    Alert.Cause.UNPRICED_MODEL,
                    model,
                    now.atZone(ZoneOffset.UTC).toLocalDate().toString(),
                    now,
                    "Calls of " + model.replaceAll("\\p{Cntrl}", "?")
                            + " have no price, so that no report knows what they cost."));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        webhooks.close();
    }
}
