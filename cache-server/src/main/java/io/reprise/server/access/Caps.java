package io.reprise.server.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.config.AccessConfig;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.TokenCounter;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Keeps calls within what one call may be: the length of its answer, and its cost. Thread-safe. */
final class Caps {
    /** A length that a cost allows is rounded down to so many leading bits, so that calls of about one length stay alike. */
    private static final int LEADING_BITS = 3;

    private static final long UNPRICED = Long.MAX_VALUE;

    private final Outlay outlay;
    private final Input input;
    private final AccessConfig config;
    private final Clock clock;

    Caps(PriceBook prices, TokenCounter tokens, AccessConfig config, Clock clock) {
        this.outlay = new Outlay(prices);
        this.input = new Input(tokens);
        this.config = config;
        this.clock = clock;
    }

    /**
     * A call as it would be sent.
     *
     * @param maxOutput the most tokens of its answer, or null where nothing says
     */
    record Call(
            String endpoint,
            String model,
            @Nullable ObjectNode body,
            @Nullable Long maxOutput) {
        Call of(String other) {
            return new Call(endpoint, other, body, maxOutput);
        }

        Call within(long most) {
            return new Call(endpoint, model, body, most);
        }
    }

    /** What becomes of a call. */
    sealed interface Outcome {
        /** It goes on, perhaps changed. */
        record Allowed(Call call) implements Outcome {}

        /** It does not. */
        record Refused(Gate.Refused why) implements Outcome {}
    }

    /**
     * Changes what must be changed of a call.
     *
     * @param key it is made with, or null
     * @param limits that it is in
     * @param budgeted whether a budget must hold
     */
    Outcome apply(@Nullable VirtualKey key, List<Limits> limits, boolean budgeted, Call asked) {
        if (Endpoints.hasNoOutput(asked.endpoint())) {
            return new Outcome.Allowed(asked);
        }
        Long threshold = key == null ? null : key.costThreshold();
        Long most = longestAnswer(limits);
        Long wanted = asked.maxOutput();
        if (wanted == null) {
            wanted = least(limits, Limits::defaultOutputTokens);
        }
        if (wanted == null && (budgeted || threshold != null)) {
            wanted = Endpoints.usualOutput(asked.endpoint(), config.defaultMaxOutput());
        }
        Long allowed = most != null && (wanted == null || wanted > most) ? most : wanted;
        Call call = allowed == null ? asked : asked.within(allowed);
        return key == null || threshold == null || allowed == null
                ? new Outcome.Allowed(call)
                : withinCost(key, threshold, call, allowed);
    }

    private Outcome withinCost(VirtualKey key, long threshold, Call call, long output) {
        long sent = input(call.model(), Objects.requireNonNull(call.body()));
        long cost = cost(call, sent, output);
        if (cost <= threshold) {
            return new Outcome.Allowed(call);
        }
        Gate.Refused refusal =
                cost == UNPRICED ? Refusals.unpriced(call.model()) : Refusals.tooDear(key.id(), cost, threshold);
        return switch (key.onThreshold()) {
            case Instead.Reject _ -> new Outcome.Refused(refusal);
            case Instead.Model(String other) ->
                cost(call.of(other), sent, output) <= threshold
                        ? new Outcome.Allowed(call.of(other))
                        : new Outcome.Refused(refusal);
            case Instead.Clamp _ -> {
                long fits = longest(call, sent, output, threshold);
                yield fits == 0 ? new Outcome.Refused(refusal) : new Outcome.Allowed(call.within(fits));
            }
        };
    }

    /** Without a price, as much as nothing can cost, unless the operator says otherwise. */
    private long cost(Call call, long sent, long output) {
        OptionalLong known = outlay.dearest(call.model(), call.body(), sent, output, clock.instant());
        return known.orElseGet(() -> switch (config.onUnknownPrice()) {
            case AccessConfig.UnknownPrice.Refuse _ -> UNPRICED;
            case AccessConfig.UnknownPrice.Allow _ -> 0;
            case AccessConfig.UnknownPrice.Assume(long rate) -> assumed(sent, output, rate);
        });
    }

    /** What tokens cost at one rate, or the most there is where that is more. */
    static long assumed(long sent, long received, long rate) {
        try {
            return Math.multiplyExact(Math.addExact(sent, received), rate);
        } catch (ArithmeticException outOfRange) {
            return Long.MAX_VALUE;
        }
    }

    /** The most tokens of an answer that a cost allows, rounded down; 0 where it allows none. */
    private long longest(Call call, long sent, long most, long threshold) {
        long fits = 0;
        long tooMany = most;
        while (tooMany - fits > 1) {
            long middle = fits + (tooMany - fits) / 2;
            if (cost(call, sent, middle) <= threshold) {
                fits = middle;
            } else {
                tooMany = middle;
            }
        }
        int shift = Long.SIZE - Long.numberOfLeadingZeros(fits) - LEADING_BITS;
        return shift <= 0 ? fits : fits >> shift << shift;
    }

    /** The most tokens that an answer may have within all limits, or null. */
    @Nullable Long longestAnswer(List<Limits> limits) {
        return least(limits, Limits::maxOutputTokens);
    }

    /** What a call may cost at most, as far as its price is known. */
    OptionalLong dearest(Call call) {
        return call.body() == null ? OptionalLong.empty() : dearest(call, input(call.model(), call.body()));
    }

    /** The same, of a call that sends so many tokens. */
    OptionalLong dearest(Call call, long sent) {
        long output = Endpoints.hasNoOutput(call.endpoint()) || call.maxOutput() == null ? 0 : call.maxOutput();
        return outlay.dearest(call.model(), call.body(), sent, output, clock.instant());
    }

    /** The tokens that a body sends, rather too many than too few. */
    long input(@Nullable String model, ObjectNode body) {
        return input.tokens(model, body);
    }

    private static @Nullable Long least(List<Limits> limits, Function<Limits, @Nullable Long> of) {
        Long least = null;
        for (Limits each : limits) {
            Long one = of.apply(each);
            least = least == null || (one != null && one < least) ? one : least;
        }
        return least;
    }
}
