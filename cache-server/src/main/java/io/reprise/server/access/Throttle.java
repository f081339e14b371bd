package io.reprise.server.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.Payer;
import io.reprise.server.protocol.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The limits and what is used of them: calls and tokens in the last 60 seconds, and calls under way. Thread-safe.
 *
 * <p>Seconds come from a clock that is never set back, and nothing of what is used is kept on a disk: a minute is soon over.
 */
final class Throttle implements AutoCloseable {
    private final LongSupplier nanos;
    private final Table table;
    private final Scoped<Counts> counts = new Scoped<>();

    /** What is used in one scope. Guarded by the throttle. */
    private static final class Counts {
        private final Scope scope;
        private Limits limits;
        private final SlidingMinute requests = new SlidingMinute();
        private final SlidingMinute tokens = new SlidingMinute();
        private long parallel;

        Counts(Scope scope, Limits limits) {
            this.scope = scope;
            this.limits = limits;
        }
    }

    /** A call under way, in the scopes that have limits. */
    final class Ticket implements Entry {
        private final List<Counts> in;

        private Ticket(List<Counts> in) {
            this.in = in;
        }

        /** The call has ended. Called once. */
        void end() {
            synchronized (Throttle.this) {
                in.forEach(each -> each.parallel--);
            }
        }

        /** The least that one limit leaves of calls, and of tokens; empty where nothing is limited. */
        List<Standing> standing() {
            synchronized (Throttle.this) {
                long now = second();
                List<Standing> standing = new ArrayList<>();
                least(now, "requests", Limits::rpm, each -> each.requests, standing);
                least(now, "tokens", Limits::tpm, each -> each.tokens, standing);
                return standing;
            }
        }

        private void least(
                long now,
                String unit,
                Function<Limits, @Nullable Long> limit,
                Function<Counts, SlidingMinute> used,
                List<Standing> into) {
            Standing least = null;
            for (Counts each : in) {
                Long most = limit.apply(each.limits);
                if (most != null) {
                    SlidingMinute minute = used.apply(each);
                    long left = Math.max(0, most - minute.sum(now));
                    if (least == null || left < least.remaining()) {
                        least = new Standing(unit, most, left, minute.secondsUntil(now, 0));
                    }
                }
            }
            if (least != null) {
                into.add(least);
            }
        }
    }

    /** Tokens that are set aside for a call. */
    final class Tokens implements TokenEntry {
        private final List<Counts> in;
        private final long second;
        private final long amount;

        private Tokens(List<Counts> in, long second, long amount) {
            this.in = in;
            this.second = second;
            this.amount = amount;
        }

        /** Says how many it were in the end. Called once. */
        void were(long used) {
            synchronized (Throttle.this) {
                long now = second();
                in.forEach(each -> each.tokens.correct(now, second, used - amount));
            }
        }
    }

    /** Whether there is room for tokens. */
    sealed interface TokenEntry {}

    /**
     * How a limit stands.
     *
     * @param unit {@code requests} or {@code tokens}
     * @param resetSeconds until all of it is free again
     */
    record Standing(String unit, long limit, long remaining, long resetSeconds) {}

    /**
     * A limit that is reached.
     *
     * @param limit in words
     * @param retryAfterSeconds at least 1
     */
    record Full(Scope scope, String limit, long retryAfterSeconds) implements Entry, TokenEntry {}

    /** Whether a call is let in. */
    sealed interface Entry {}

    /**
     * Opens the limits of scopes that a folder has; those of keys are the keys' own.
     *
     * @throws AccessException when they cannot be read
     */
    Throttle(Path folder, LongSupplier nanos) {
        this.nanos = nanos;
        this.table = Table.open(folder.resolve("limits.jsonl"));
        table.all().forEach((scope, kept) -> set(Scope.parse(scope), limits(kept)));
    }

    /** Whether nothing is limited. */
    boolean isEmpty() {
        return counts.isEmpty();
    }

    private static Limits limits(ObjectNode kept) {
        return KeyForm.limits(new Fields(kept));
    }

    /** The limits of a scope, or none. */
    synchronized Limits of(Scope scope) {
        Counts found = counts.get(scope);
        return found == null ? Limits.NONE : found.limits;
    }

    /** All limits but those of keys, in the order of their scopes. */
    synchronized Map<Scope, Limits> all() {
        Map<Scope, Limits> all = new LinkedHashMap<>();
        counts.scopes().stream()
                .filter(scope -> scope.kind() != Scope.Kind.KEY)
                .sorted(Comparator.comparing(Scope::toString))
                .forEach(scope -> all.put(scope, of(scope)));
        return all;
    }

    /**
     * Sets the limits of a scope, and keeps them.
     *
     * @throws AccessException when the disk refuses; nothing has changed then
     */
    synchronized void put(Scope scope, Limits limits) {
        if (limits.equals(Limits.NONE)) {
            if (counts.get(scope) == null) {
                return;
            }
            table.remove(scope.toString());
        } else {
            ObjectNode kept = StrictJson.object();
            KeyForm.limits(kept, limits);
            table.put(scope.toString(), kept);
        }
        set(scope, limits);
    }

    /** Sets the limits of a scope until the server stops. */
    synchronized void set(Scope scope, Limits limits) {
        Counts found = counts.get(scope);
        if (limits.equals(Limits.NONE)) {
            counts.remove(scope);
        } else if (found == null) {
            counts.put(scope, new Counts(scope, limits));
        } else {
            found.limits = limits;
        }
    }

    /** The limits that a call is in. */
    synchronized List<Limits> of(Payer payer, @Nullable String model) {
        List<Limits> all = new ArrayList<>();
        counts.of(payer, model, each -> all.add(each.limits));
        return all;
    }

    /** Lets a call in, or says which limit has no room for it. */
    synchronized Entry enter(Payer payer, @Nullable String model) {
        List<Counts> in = new ArrayList<>();
        counts.of(payer, model, in::add);
        long now = second();
        for (Counts each : in) {
            Long rpm = each.limits.rpm();
            if (rpm != null && each.requests.sum(now) >= rpm) {
                long wait = each.requests.secondsUntil(now, rpm - 1);
                return new Full(each.scope, rpm + " requests a minute", Math.max(1, wait));
            }
            Long most = each.limits.maxParallel();
            if (most != null && each.parallel >= most) {
                return new Full(each.scope, most + " calls at once", 1);
            }
        }
        in.forEach(each -> {
            each.requests.add(now, 1);
            each.parallel++;
        });
        return new Ticket(in);
    }

    /**
     * Sets tokens aside for a call, or says which limit has no room for them. A call that alone is more than a minute's tokens may have
     * the minute for itself.
     */
    synchronized TokenEntry takeTokens(Payer payer, @Nullable String model, long amount) {
        List<Counts> in = new ArrayList<>();
        counts.of(payer, model, in::add);
        long now = second();
        for (Counts each : in) {
            Long most = each.limits.tpm();
            if (most != null && each.tokens.sum(now) > Math.max(0, most - amount)) {
                long wait = each.tokens.secondsUntil(now, Math.max(0, most - amount));
                return new Full(each.scope, most + " tokens a minute", Math.max(1, wait));
            }
        }
        in.forEach(each -> each.tokens.add(now, amount));
        return new Tokens(in, now, amount);
    }

    private long second() {
        return Math.floorDiv(nanos.getAsLong(), 1_000_000_000L);
    }

    @Override
    public void close() {
        table.close();
    }
}
