package io.reprise.server.access;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.Payer;
import io.reprise.server.protocol.StrictJson;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The budgets and what was spent of them. Thread-safe.
 *
 * <p>How it works. A call's dearest outcome is set aside on all its budgets at once, or on none, under one lock: so the sum of what is
 * spent and set aside never passes a budget, however many calls come together. When a call ends, what it cost takes the place of what was
 * set aside. That is written to a file before the call's last byte goes out; the file is read when the server starts, and nothing that was
 * set aside is in it, so a process that is killed loses no settled amount and holds none back.
 *
 * <p>A line of the file adds an amount to some counters' periods. A counter is a scope with a window and a zone: an amount that is
 * changed counts on.
 */
final class Budgets implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Budgets.class);
    /** A larger file of what was spent is written anew, with one line for each counter's period. */
    private static final long MAX_SPENT_BYTES = 16 << 20;

    private static final String COST = "usd_e12";
    private static final String ON = "on";
    private static final String FORGET = "forget";
    private static final String BUDGETS = "budgets";

    private final Clock clock;
    private final Consumer<BudgetMark> marks;
    private final Table table;
    private final Lines spent;
    private final Scoped<List<Meter>> meters = new Scoped<>();
    private boolean spentIsIncomplete;
    /** Of the file of what was spent, before it is written anew. */
    private long largest;

    /** What is set aside for one call, until it is settled. */
    record Held(List<Share> shares, long amount) {
        Held {
            shares = List.copyOf(shares);
        }
    }

    /** Of a call's money, the part of one budget: all of it, in one period. */
    record Share(Meter meter, Window.Period period) {}

    /** Whether there was room for a call. */
    sealed interface Room {
        /** There was; it is set aside. */
        record Taken(Held held) implements Room {}

        /** One budget has none. */
        record Exceeded(BudgetStatus budget) implements Room {}
    }

    /**
     * Opens the budgets of a folder.
     *
     * @param configured those that the configuration has; they take the place of what the folder has for their scopes
     * @param marks told each share of a budget that is reached, under the lock
     * @throws AccessException when they cannot be read
     */
    Budgets(Path folder, Map<Scope, List<Budget>> configured, Clock clock, Consumer<BudgetMark> marks) {
        this.clock = clock;
        this.marks = marks;
        this.table = Table.open(folder.resolve("budgets.jsonl"));
        Map<Scope, List<Budget>> budgets = new LinkedHashMap<>();
        table.all().forEach((scope, kept) -> budgets.put(Scope.parse(scope), kept(scope, kept)));
        budgets.putAll(configured);
        budgets.forEach((scope, each) -> meters.put(
                scope, each.stream().map(one -> new Meter(scope, one)).toList()));
        Map<String, Meter> byCounter = new LinkedHashMap<>();
        all().forEach(meter -> byCounter.put(meter.counter(), meter));
        Map<String, Map<Instant, Long>> read = new LinkedHashMap<>();
        this.spent = Lines.open(folder.resolve("spent.jsonl"), false, line -> add(line, read));
        read.forEach((counter, periods) -> {
            Meter meter = byCounter.get(counter);
            if (meter != null) {
                periods.forEach(meter::restore);
            }
        });
        largest = Math.max(MAX_SPENT_BYTES, 2 * spent.length());
    }

    private static List<Budget> kept(String scope, ObjectNode kept) {
        Fields fields = new Fields(kept);
        List<Budget> budgets = fields.budgets(BUDGETS);
        try {
            fields.check();
        } catch (InvalidFieldsException e) {
            throw new AccessException("the budgets of " + scope + " are damaged (" + e.getMessage() + ")", e);
        }
        return budgets;
    }

    private static void add(ObjectNode line, Map<String, Map<Instant, Long>> into) {
        if (line.has(FORGET)) {
            into.remove(line.path(FORGET).asText());
            return;
        }
        long cost = line.path(COST).longValue();
        for (Map.Entry<String, JsonNode> on : line.path(ON).properties()) {
            into.computeIfAbsent(on.getKey(), _ -> new LinkedHashMap<>())
                    .merge(Instant.ofEpochSecond(on.getValue().longValue()), cost, Long::sum);
        }
    }

    /** Whether there are none at all. */
    boolean isEmpty() {
        return meters.isEmpty();
    }

    /** The budgets of a scope; empty where it has none. */
    synchronized List<Budget> of(Scope scope) {
        List<Meter> found = meters.get(scope);
        return found == null ? List.of() : found.stream().map(Meter::budget).toList();
    }

    /** How the budgets of a scope stand. */
    synchronized List<BudgetStatus> status(Scope scope) {
        List<Meter> found = meters.get(scope);
        Instant now = clock.instant();
        return found == null
                ? List.of()
                : found.stream().map(meter -> BudgetStatus.of(meter, now)).toList();
    }

    /** How those stand that a payer's calls are in, but for those of models. */
    synchronized List<BudgetStatus> status(Payer payer) {
        Instant now = clock.instant();
        return met(payer, null).stream()
                .map(meter -> BudgetStatus.of(meter, now))
                .toList();
    }

    /** How all stand, in the order of their scopes. */
    synchronized List<BudgetStatus> status() {
        Instant now = clock.instant();
        return all().stream().map(meter -> BudgetStatus.of(meter, now)).toList();
    }

    /**
     * Puts budgets in place of those of a scope; none takes them away. What was spent stays spent for those that remain.
     *
     * @throws AccessException when the disk refuses; nothing has changed then
     */
    synchronized void put(Scope scope, List<Budget> budgets) {
        if (budgets.isEmpty()) {
            if (meters.get(scope) == null) {
                return;
            }
            table.remove(scope.toString());
        } else {
            ObjectNode kept = StrictJson.object();
            ArrayNode list = kept.putArray(BUDGETS);
            budgets.forEach(budget -> list.add(KeyForm.budget(budget)));
            table.put(scope.toString(), kept);
        }
        set(scope, budgets);
    }

    private void set(Scope scope, List<Budget> budgets) {
        List<Meter> old = meters.get(scope);
        Map<String, Meter> byCounter = new LinkedHashMap<>();
        if (old != null) {
            old.forEach(meter -> byCounter.put(meter.counter(), meter));
        }
        List<Meter> fresh = new ArrayList<>();
        for (Budget budget : budgets) {
            Meter meter = byCounter.remove(Meter.counter(scope, budget));
            if (meter == null) {
                meter = new Meter(scope, budget);
            }
            meter.budget(budget);
            fresh.add(meter);
        }
        if (fresh.isEmpty()) {
            meters.remove(scope);
        } else {
            meters.put(scope, List.copyOf(fresh));
        }
        byCounter.values().forEach(this::forget);
    }

    /** What was spent of a budget that is gone does not count for one that comes later. */
    private void forget(Meter gone) {
        gone.retire();
        write(StrictJson.object().put(FORGET, gone.counter()));
    }

    /** Whether a call is in any budget. */
    synchronized boolean touches(Payer payer, @Nullable String model) {
        return !meters.isEmpty() && !met(payer, model).isEmpty();
    }

    /** Whether a call is in a budget that has another model answer what it has no room for. */
    synchronized boolean anyYields(Payer payer, @Nullable String model) {
        return !meters.isEmpty()
                && met(payer, model).stream().anyMatch(meter -> meter.budget().onExceed() instanceof Instead.Model);
    }

    /** As {@link #take}, but sets nothing aside. */
    synchronized Room room(Payer payer, @Nullable String model, long amount) {
        Instant now = clock.instant();
        List<Share> shares = new ArrayList<>();
        for (Meter meter : met(payer, model)) {
            Window.Period period = meter.period(now);
            boolean yields = meter.budget().onExceed() instanceof Instead.Model(String other) && other.equals(model);
            if (!yields && !meter.fits(amount, period)) {
                return new Room.Exceeded(BudgetStatus.of(meter, now));
            }
            shares.add(new Share(meter, period));
        }
        return new Room.Taken(new Held(shares, amount));
    }

    /**
     * Sets an amount aside on every budget that a call is in, or on none.
     *
     * @param model that answers it, or null where it is not known
     */
    synchronized Room take(Payer payer, @Nullable String model, long amount) {
        Room room = room(payer, model, amount);
        if (room instanceof Room.Taken(Held held)) {
            held.shares().forEach(share -> share.meter().reserve(amount, share.period()));
        }
        return room;
    }

    /** Replaces what was set aside by what was spent. Called once for each. */
    synchronized void settle(Held held, long cost) {
        ObjectNode line = StrictJson.object().put(COST, cost);
        ObjectNode on = line.putObject(ON);
        for (Share share : held.shares()) {
            Meter meter = share.meter();
            meter.settle(held.amount(), cost, share.period());
            if (!meter.isRetired()) {
                on.put(meter.counter(), share.period().from().getEpochSecond());
                tellMark(meter, share.period());
            }
        }
        if (cost > 0 && !on.isEmpty()) {
            write(line);
        }
    }

    private void tellMark(Meter meter, Window.Period period) {
        Integer percent = meter.newMark(period);
        if (percent != null) {
            marks.accept(new BudgetMark(
                    meter.scope(), meter.budget(), percent, meter.spent(period), period.from(), period.until()));
        }
    }

    private List<Meter> met(Payer payer, @Nullable String model) {
        List<Meter> met = new ArrayList<>();
        meters.of(payer, model, met::addAll);
        return met;
    }

    private List<Meter> all() {
        List<Meter> all = new ArrayList<>();
        meters.scopes().stream().sorted(Comparator.comparing(Scope::toString)).forEach(scope -> {
            List<Meter> of = meters.get(scope);
            if (of != null) {
                all.addAll(of);
            }
        });
        return all;
    }

    /** A disk that refuses loses nothing while the process lives: the next time that it takes something, it gets all. */
    private void write(ObjectNode line) {
        try {
            if (spentIsIncomplete || spent.length() > largest) {
                compact();
            } else {
                spent.append(line);
            }
        } catch (AccessException e) {
            if (!spentIsIncomplete) {
                log.warn("what is spent of budgets is in memory alone until it can be written: {}", e.getMessage());
            }
            spentIsIncomplete = true;
        }
    }

    /** Writes one line for each counter's period. */
    private void compact() {
        List<ObjectNode> lines = new ArrayList<>();
        for (Meter meter : all()) {
            meter.forEach((from, cost) -> {
                ObjectNode line = StrictJson.object().put(COST, cost);
                line.putObject(ON).put(meter.counter(), from.getEpochSecond());
                lines.add(line);
            });
        }
        spent.replace(lines);
        spentIsIncomplete = false;
        largest = Math.max(MAX_SPENT_BYTES, 2 * spent.length());
    }

    @Override
    public synchronized void close() {
        spent.close();
        table.close();
    }
}
