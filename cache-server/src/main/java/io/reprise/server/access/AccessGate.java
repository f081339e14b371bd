package io.reprise.server.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.config.AccessConfig;
import io.reprise.server.ledger.Payer;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.protocol.Usage;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets calls through by keys, limits and budgets. Thread-safe.
 *
 * <p>Before a call is looked up: whether its key may ask so, whether the limits on calls have room, and what of it the caps change, so that
 * it is looked up as it would be sent. Before it goes upstream: the limits on tokens, and the money, which is set aside until it is known
 * what it cost.
 */
final class AccessGate implements Gate {
    private static final Logger log = LoggerFactory.getLogger(AccessGate.class);

    private final VirtualKeys keys;
    private final Budgets budgets;
    private final Throttle throttle;
    private final Caps caps;
    private final AccessConfig config;
    private final Clock clock;
    private final AtomicLong overspent = new AtomicLong();
    private final AtomicBoolean toldOfUnpriced = new AtomicBoolean();

    AccessGate(VirtualKeys keys, Budgets budgets, Throttle throttle, Caps caps, AccessConfig config, Clock clock) {
        this.keys = keys;
        this.budgets = budgets;
        this.throttle = throttle;
        this.caps = caps;
        this.config = config;
        this.clock = clock;
    }

    /** What upstream has charged beyond what was set aside, in pico-dollars, since the start. */
    long overspent() {
        return overspent.get();
    }

    @Override
    public Admission admit(Ask ask) {
        Payer payer = ask.caller().payer();
        Optional<VirtualKey> key = Optional.ofNullable(payer.key()).flatMap(keys::withId);
        if (key.isEmpty() && throttle.isEmpty() && budgets.isEmpty()) {
            return Admitted.AS_IT_IS;
        }
        Refused forbidden = key.map(each -> forbidden(each, ask)).orElse(null);
        if (forbidden != null) {
            return forbidden;
        }
        return switch (throttle.enter(payer, ask.model())) {
            case Throttle.Full full -> Refusals.full(full);
            case Throttle.Ticket ticket -> {
                Admission admission = within(key.orElse(null), ask, ticket);
                if (admission instanceof Refused) {
                    ticket.end();
                }
                yield admission;
            }
        };
    }

    @Override
    public boolean maySpendOn(Caller caller, String model) {
        return Optional.ofNullable(caller.payer().key())
                .flatMap(keys::withId)
                .map(key -> key.allowsModel(model))
                .orElse(true);
    }

    private static @Nullable Refused forbidden(VirtualKey key, Ask ask) {
        if (!key.allowsPath(ask.endpoint())) {
            return Refusals.forbidden("this key may not call " + ask.endpoint());
        }
        if (!key.allowsModel(ask.model()) && !Endpoints.isFree(ask.endpoint())) {
            return Refusals.forbidden(
                    ask.model() == null
                            ? "this key may ask for some models alone, and which one this call asks for is not known"
                            : "this key may not ask for the model " + ask.model());
        }
        return null;
    }

    /** Applies the caps to a call that is let in. */
    private Admission within(@Nullable VirtualKey key, Ask ask, Throttle.Ticket ticket) {
        Payer payer = ask.caller().payer();
        Map<String, String> headers = RateHeaders.of(ask.endpoint(), ticket.standing(), clock.instant());
        String model = ask.model();
        ObjectNode body = ask.body();
        if (model == null || body == null) {
            return unread(key, ask, headers, ticket);
        }
        if (!config.cacheWhenSpent()) {
            Budgets.Room room = budgets.room(payer, model, 1);
            if (room instanceof Budgets.Room.Exceeded(BudgetStatus spent)
                    && spent.budget().onExceed() instanceof Instead.Reject) {
                return Refusals.exceeded(spent, 0, clock.instant());
            }
        }
        Caps.Call call = new Caps.Call(ask.endpoint(), model, body, ask.maxOutputTokens());
        Caps.Outcome capped = caps.apply(key, throttle.of(payer, model), budgets.touches(payer, model), call);
        if (capped instanceof Caps.Outcome.Refused(Gate.Refused why)) {
            return why;
        }
        Caps.Call changed = ((Caps.Outcome.Allowed) capped).call();
        changed = elsewhere(payer, changed);
        return new Admitted(
                changed.model().equals(model) ? null : changed.model(), changed.maxOutput(), headers, ticket::end);
    }

    /** What is not read cannot be made shorter: it is admitted with the bound that it would need, where it has one. */
    private Admission unread(@Nullable VirtualKey key, Ask ask, Map<String, String> headers, Throttle.Ticket ticket) {
        if (!Endpoints.answersInTokens(ask.endpoint())) {
            return new Admitted(null, null, headers, ticket::end);
        }
        if (key != null && key.costThreshold() != null) {
            return Refusals.unpriced(ask.model());
        }
        Long most = caps.longestAnswer(throttle.of(ask.caller().payer(), ask.model()));
        return new Admitted(null, most, headers, ticket::end);
    }

    /** Another model answers where a budget has no room, and says so. */
    private Caps.Call elsewhere(Payer payer, Caps.Call call) {
        if (!budgets.anyYields(payer, call.model())) {
            return call;
        }
        OptionalLong cost = caps.dearest(call);
        return budgets.room(payer, call.model(), cost.orElse(1)) instanceof Budgets.Room.Exceeded(BudgetStatus full)
                        && full.budget().onExceed() instanceof Instead.Model(String other)
                ? call.of(other)
                : call;
    }

    @Override
    public Reserving reserve(Ask ask) {
        Payer payer = ask.caller().payer();
        if (throttle.isEmpty() && budgets.isEmpty()) {
            return Reservation.NONE;
        }
        String model = ask.model();
        boolean budgeted = budgets.touches(payer, model) && !Endpoints.isFree(ask.endpoint());
        List<Limits> limits = throttle.of(payer, model);
        boolean counted = limits.stream().anyMatch(each -> each.tpm() != null || each.maxInputTokens() != null);
        if (!budgeted && !counted) {
            return Reservation.NONE;
        }
        ObjectNode body = ask.body();
        long input = body == null ? ask.inputTokens().getAsLong() : caps.input(model, body);
        for (Limits each : limits) {
            if (each.maxInputTokens() != null && input > each.maxInputTokens()) {
                return Refusals.tooLong(input, each.maxInputTokens());
            }
        }
        Long most = ask.maxOutputTokens();
        long output = Endpoints.hasNoOutput(ask.endpoint()) || most == null ? 0 : most;
        Throttle.Tokens tokens;
        switch (throttle.takeTokens(payer, model, PicoDollars.saturatedAdd(input, output))) {
            case Throttle.Full full -> {
                return Refusals.full(full);
            }
            case Throttle.Tokens taken -> tokens = taken;
        }
        Reserving reserving = budgeted ? money(ask, model, input, output) : new Money(null, 0, true);
        return switch (reserving) {
            case Refused refused -> {
                tokens.were(0);
                yield refused;
            }
            case Reservation money -> new Both(tokens, money);
        };
    }

    private Reserving money(Ask ask, @Nullable String model, long input, long output) {
        boolean bounded =
                ask.body() != null && (ask.maxOutputTokens() != null || Endpoints.hasNoOutput(ask.endpoint()));
        long most = bounded ? output : config.defaultMaxOutput();
        OptionalLong cost = model == null || !bounded
                ? OptionalLong.empty()
                : caps.dearest(new Caps.Call(ask.endpoint(), model, ask.body(), most), input);
        if (cost.isEmpty()) {
            cost = unknown(input, most);
            if (cost.isEmpty()) {
                return Refusals.unpriced(model);
            }
        }
        long amount = cost.getAsLong();
        // What is answered later tells nothing of what it used.
        boolean told =
                bounded && !(ask.body() != null && ask.body().path("background").asBoolean());
        return switch (budgets.take(ask.caller().payer(), model, amount)) {
            case Budgets.Room.Taken(Budgets.Held held) -> new Money(held, amount, told);
            case Budgets.Room.Exceeded(BudgetStatus full) -> Refusals.exceeded(full, amount, clock.instant());
        };
    }

    /** What a call counts for whose price is not known; empty where it is refused. */
    private OptionalLong unknown(long input, long output) {
        return switch (config.onUnknownPrice()) {
            case AccessConfig.UnknownPrice.Refuse _ -> OptionalLong.empty();
            case AccessConfig.UnknownPrice.Allow _ -> {
                if (toldOfUnpriced.compareAndSet(false, true)) {
                    log.warn(
                            "calls whose price is not known go through and count for nothing (on_unknown_price: allow)");
                }
                yield OptionalLong.of(0);
            }
            case AccessConfig.UnknownPrice.Assume(long picoDollarsPerToken) ->
                OptionalLong.of(Caps.assumed(input, output, picoDollarsPerToken));
        };
    }

    /** The money of one call. */
    private final class Money implements Reservation {
        private final Budgets.@Nullable Held held;
        private final long reserved;
        private final boolean told;

        /** @param told whether what it uses will be known */
        Money(Budgets.@Nullable Held held, long reserved, boolean told) {
            this.held = held;
            this.reserved = reserved;
            this.told = told;
        }

        @Override
        public void settle(@Nullable Usage used, OptionalLong picoDollars) {
            if (held == null) {
                return;
            }
            long cost;
            if (used == null) {
                cost = picoDollars.orElse(0);
            } else if (picoDollars.isPresent()) {
                cost = picoDollars.getAsLong();
            } else {
                cost = unknown(used.inputTokens(), used.outputTokens()).orElse(reserved);
            }
            if (!told && used != null) {
                cost = Math.max(cost, reserved);
            }
            if (cost > reserved) {
                overspent.addAndGet(cost - reserved);
            }
            budgets.settle(held, cost);
        }
    }

    /** Tokens and money of one call. */
    private record Both(Throttle.Tokens tokens, Reservation money) implements Reservation {
        @Override
        public void settle(@Nullable Usage used, OptionalLong picoDollars) {
            tokens.were(used == null ? 0 : PicoDollars.saturatedAdd(used.inputTokens(), used.outputTokens()));
            money.settle(used, picoDollars);
        }
    }
}
