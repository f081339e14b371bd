package io.reprise.server.audit;

import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.protocol.Usage;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What audits may cost: a share of what hits by meaning have saved since the server started, and nothing before they
 * have. Thread-safe.
 *
 * <p>An audit reserves what it may cost before anybody is asked, and is charged with what it has cost. A judge without
 * a price is not taken to be free: its tokens count here as if the audited call's own model had used them.
 */
public final class AuditBudget {
    /** A judge is asked twice at most. */
    private static final int CALLS = 2;
    /** The instruction, and the names of the texts. */
    private static final long OVERHEAD_TOKENS = 400;

    private static final long ANSWER_TOKENS = 16;
    /** Fewer than most texts have, so that tokens are rather more than they turn out. */
    private static final long CHARACTERS_IN_A_TOKEN = 3;

    private final double share;
    private final PriceBook prices;
    private final String judge;
    private final Clock clock;
    private long savedPicoDollars;
    private long committedPicoDollars;
    private boolean lastAfforded;

    /**
     * @param share of what is saved, 0 to 1
     * @param judge name of the model that judges, for its price
     */
    public AuditBudget(double share, PriceBook prices, String judge, Clock clock) {
        this.share = share;
        this.prices = prices;
        this.judge = judge;
        this.clock = clock;
    }

    /** A hit by meaning has saved this; nothing where it is unknown. */
    public synchronized void earn(@Nullable String model, @Nullable Usage saved) {
        savedPicoDollars = PicoDollars.saturatedAdd(savedPicoDollars, known(cost(model, saved)));
    }

    /**
     * What judging may cost at most, as far as that can be told.
     *
     * @param model of the call
     * @param characters of all texts that are shown to the judge
     * @return empty when it cannot be told, and so cannot be afforded
     */
    public OptionalLong judging(@Nullable String model, long characters) {
        long input = CALLS * (OVERHEAD_TOKENS + characters / CHARACTERS_IN_A_TOKEN);
        return judging(model, Usage.of(input, CALLS * ANSWER_TOKENS, true));
    }

    /**
     * The same with a fresh answer that is asked for the audit's sake.
     *
     * @param fresh what that is expected to use, null when it is not known
     */
    public OptionalLong auditing(@Nullable String model, @Nullable Usage fresh, long characters) {
        OptionalLong answering = cost(model, fresh);
        OptionalLong judging = judging(model, characters);
        return judging.isEmpty() || answering.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(PicoDollars.saturatedAdd(judging.getAsLong(), answering.getAsLong()));
    }

    /** Whether so much is left. */
    public synchronized boolean affords(OptionalLong picoDollars) {
        lastAfforded = picoDollars.isPresent()
                && PicoDollars.saturatedAdd(committedPicoDollars, picoDollars.getAsLong()) <= share * savedPicoDollars;
        return lastAfforded;
    }

    /** Sets so much aside, if it is left; {@link #charge} is owed then. */
    public synchronized boolean reserve(OptionalLong picoDollars) {
        if (!affords(picoDollars)) {
            return false;
        }
        committedPicoDollars += picoDollars.orElse(0);
        return true;
    }

    /**
     * Replaces what was set aside by what was used.
     *
     * @param model of the call
     */
    public synchronized void charge(OptionalLong reserved, @Nullable String model, List<ModelUsage> used) {
        committedPicoDollars -= reserved.orElse(0);
        for (ModelUsage each : used) {
            OptionalLong cost =
                    judge.equals(each.model()) ? judging(model, each.usage()) : cost(each.model(), each.usage());
            committedPicoDollars = PicoDollars.saturatedAdd(committedPicoDollars, known(cost));
        }
    }

    /** Whether the last that was asked for was left; false before anything was. */
    public synchronized boolean pays() {
        return lastAfforded;
    }

    /**
     * The price of what the judge uses.
     *
     * @param model of the call, whose price stands in for an unknown one of the judge
     * @return empty when neither is known
     */
    public OptionalLong judging(@Nullable String model, Usage usage) {
        OptionalLong cost = cost(judge, usage);
        return cost.isPresent() ? cost : cost(model, usage);
    }

    private OptionalLong cost(@Nullable String model, @Nullable Usage usage) {
        return usage == null ? OptionalLong.empty() : prices.cost(model, usage, clock.instant());
    }

    private static long known(OptionalLong cost) {
        return cost.orElse(0);
    }
}
