package io.reprise.server.requests;

import io.reprise.server.ledger.Cost;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.UsageDetails;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the calls that went upstream would have cost under other models.
 *
 * <p>The same tokens at the other's prices, hour by hour: input that was read from or written to the provider's prompt cache at its rates
 * for that, where it has them, and else as other input. Another model counts and writes other numbers of tokens, which nobody knows
 * before it was asked. Sound and pictures count as text.
 *
 * @param actual what the calls used and spent
 * @param models one for each that was asked for, in that order
 */
public record Comparison(GroupTotals actual, List<Model> models) {
    public Comparison {
        models = List.copyOf(models);
    }

    /**
     * One model.
     *
     * @param name as asked for: a model, or {@code model@provider}
     * @param picoDollars what it would have cost, of the calls that have a price there; null where none has
     * @param batchPicoDollars the same where everything were sent as batches, or null where the price of that is not known
     * @param uncachedPicoDollars the same without the provider's prompt cache, or null
     * @param unpricedCalls calls whose hour or length has no price there
     */
    public record Model(
            String name,
            @Nullable Long picoDollars,
            @Nullable Long batchPicoDollars,
            @Nullable Long uncachedPicoDollars,
            long unpricedCalls) {}

    /** Which models, for the calls of which hours. */
    public record Query(Hours hours, List<String> models, PriceBook prices) implements LogReading<Comparison> {
        private static final int MOST_GROUPS = 100_000;

        public Query {
            models = List.copyOf(models);
        }

        @Override
        public Comparison of(Connection connection) throws SQLException {
            List<Load> loads = new ArrayList<>();
            GroupTotals[] actual = {GroupTotals.ZERO};
            hours.sum(connection, List.of("hour", "size"), "upstream_calls > ?", 0, MOST_GROUPS, result -> {
                GroupTotals totals = GroupTotals.read(result, 3);
                actual[0] = actual[0].plus(totals);
                if (totals.usedInput() > 0 || totals.usedOutput() > 0) {
                    loads.add(new Load(Instant.ofEpochMilli(result.getLong(1) * Group.HOUR_MILLIS), totals));
                }
            });
            return new Comparison(
                    actual[0], models.stream().map(name -> model(name, loads)).toList());
        }

        private Model model(String name, List<Load> loads) {
            int at = name.lastIndexOf('@');
            String model = at < 1 ? name : name.substring(0, at);
            String provider = at < 1 ? null : name.substring(at + 1);
            Sum cached = new Sum();
            Sum batch = new Sum();
            Sum uncached = new Sum();
            for (Load load : loads) {
                OptionalLong plain = load.cost(prices, model, provider, "", false);
                OptionalLong withCache = load.cost(prices, model, provider, "", true);
                OptionalLong withBatch = load.cost(prices, model, provider, "batch", true);
                cached.add(withCache.isPresent() ? withCache : plain, load);
                batch.add(
                        withBatch.isPresent() ? withBatch : load.cost(prices, model, provider, "batch", false), load);
                uncached.add(plain, load);
            }
            return new Model(
                    name,
                    cached.amount(),
                    batch.unpriced == 0 ? batch.amount() : null,
                    uncached.unpriced == 0 ? uncached.amount() : null,
                    cached.unpriced);
        }
    }

    private static final class Sum {
        private long picoDollars;
        private boolean any;
        private long unpriced;

        void add(OptionalLong cost, Load load) {
            if (cost.isPresent()) {
                picoDollars = PicoDollars.saturatedAdd(picoDollars, cost.getAsLong());
                any = true;
            } else {
                unpriced += load.totals().upstreamCalls();
            }
        }

        @Nullable Long amount() {
            return any ? picoDollars : null;
        }
    }

    /** The calls of one hour and one length. */
    private record Load(Instant at, GroupTotals totals) {
        OptionalLong cost(
                PriceBook prices, String model, @Nullable String provider, String tier, boolean cached) {
            try {
                var details = new UsageDetails(cached ? totals.usedCacheWriteHour() : 0, 0, 0, 0, 0, 0, tier);
                var usage = new Usage(
                        totals.usedInput(),
                        cached ? totals.usedCachedInput() : 0,
                        cached ? totals.usedCacheWrite() : 0,
                        totals.usedOutput(),
                        false,
                        details);
                Cost cost = prices.costOfMany(model, provider, usage, Math.max(1, totals.upstreamCalls()), at);
                return cost.picoDollars();
            } catch (IllegalArgumentException sumsThatContradictThemselves) {
                return OptionalLong.empty();
            }
        }
    }
}
