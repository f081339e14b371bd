package io.reprise.server.access;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.protocol.StrictJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes and tells keys, budgets and limits, in JSON. Thread-safe; changes wait for the disk.
 *
 * <p>Every change throws {@link InvalidFieldsException} when its fields are not what they may be, {@link ConflictException} when what is there
 * does not allow it, and {@link AccessException} when the disk refuses; then nothing has changed.
 */
public final class AccessDesk {
    private static final long MAX_OVERLAP_SECONDS = 30L * 86_400;
    private static final String BUDGETS = "budgets";

    private final VirtualKeys keys;
    private final Budgets budgets;
    private final Throttle throttle;

    AccessDesk(VirtualKeys keys, Budgets budgets, Throttle throttle) {
        this.keys = keys;
        this.budgets = budgets;
        this.throttle = throttle;
    }

    /** Makes a key; what is told has its text, which nobody can tell again. */
    public synchronized ObjectNode create(ObjectNode request) {
        Fields fields = new Fields(request);
        List<Budget> asked = fields.budgets(BUDGETS);
        VirtualKeys.Made made = keys.create(fields);
        VirtualKey key = made.key();
        try {
            budgets.put(Scope.key(key.id()), asked);
        } catch (AccessException e) {
            // A key without its budgets could spend without end.
            keys.revoke(key.id());
            throw e;
        }
        throttle.set(Scope.key(key.id()), key.limits());
        return withText(made);
    }

    private ObjectNode withText(VirtualKeys.Made made) {
        ObjectNode told = StrictJson.object().put("id", made.key().id()).put("key", made.text());
        return told.setAll(told(made.key()));
    }

    /** All keys, in the order of their names, each as an object with its name. */
    public List<ObjectNode> keys() {
        return keys.all().stream().map(this::told).toList();
    }

    /** One key. */
    public Optional<ObjectNode> key(String id) {
        return keys.withId(id).map(this::told);
    }

    /** Changes the fields of a key that are given; empty when there is no such key. */
    public synchronized Optional<ObjectNode> change(String id, ObjectNode request) {
        Fields fields = new Fields(request);
        List<Budget> asked = fields.budgets(BUDGETS);
        fields.check();
        Optional<VirtualKey> changed = keys.change(id, request);
        changed.ifPresent(key -> {
            if (request.has(BUDGETS)) {
                budgets.put(Scope.key(id), asked);
            }
            throttle.set(Scope.key(id), key.limits());
        });
        return changed.map(this::told);
    }

    /** Takes a key away; false when there is no such key. Calls under way go on. */
    public synchronized boolean revoke(String id) {
        boolean gone = keys.revoke(id);
        if (gone) {
            budgets.put(Scope.key(id), List.of());
            throttle.set(Scope.key(id), Limits.NONE);
        }
        return gone;
    }

    /** Gives a key another text, and takes the old one a while longer; empty when there is no such key. */
    public synchronized Optional<ObjectNode> rotate(String id, ObjectNode request) {
        Fields fields = new Fields(request);
        fields.noOthersThan(Set.of("overlap_seconds"));
        Long overlap = fields.whole("overlap_seconds", 0, MAX_OVERLAP_SECONDS);
        fields.check();
        Duration wait = Duration.ofSeconds(overlap == null ? 0 : overlap);
        return keys.rotate(id, wait).map(this::withText);
    }

    /** The key of a caller, with all budgets and limits that it is in; empty when there is no such key. */
    public Optional<ObjectNode> own(String id) {
        return keys.withId(id).map(key -> {
            ObjectNode told = told(key);
            ArrayNode list = told.putArray(BUDGETS);
            budgets.status(key.payer()).forEach(budget -> list.add(told(budget)));
            return told;
        });
    }

    /** All budgets, in the order of their scopes. */
    public List<ObjectNode> budgets() {
        return budgets.status().stream().map(AccessDesk::told).toList();
    }

    /**
     * Puts one budget in place of the one of its scope with its window and zone, or several in place of all of its scope.
     *
     * @param request a budget, or {@code budgets}, a list of them
     * @return the scope's budgets, or the one that was given
     */
    public synchronized ObjectNode putBudget(String scope, ObjectNode request) {
        Fields fields = new Fields(request);
        Scope of = scope(scope, fields);
        boolean several = request.has(BUDGETS);
        List<Budget> given;
        if (several) {
            fields.noOthersThan(Set.of(BUDGETS));
            given = fields.budgets(BUDGETS);
        } else {
            Budget one = fields.budget();
            given = one == null ? List.of() : List.of(one);
        }
        fields.check();
        requireChangeable(of);
        List<Budget> all = new ArrayList<>(several ? List.of() : budgets.of(of));
        for (Budget budget : given) {
            all.removeIf(other -> other.counter().equals(budget.counter()));
            all.add(budget);
        }
        budgets.put(of, all);
        List<BudgetStatus> now = budgets.status(of);
        return several ? list(now) : told(now.getLast());
    }

    /**
     * Takes the budgets of a scope away.
     *
     * @param window whose budgets alone go, or null for all
     * @return whether there were any
     */
    public synchronized boolean removeBudgets(String scope, @Nullable String window) {
        Fields fields = new Fields(StrictJson.object().put("window", window));
        Scope of = scope(scope, fields);
        Window only = fields.oneOf("window", Window.values());
        fields.check();
        requireChangeable(of);
        List<Budget> old = budgets.of(of);
        List<Budget> left = old.stream()
                .filter(budget -> only != null && budget.window() != only)
                .toList();
        budgets.put(of, left);
        return left.size() < old.size();
    }

    /** The limits of all scopes but keys, in the order of the scopes. */
    public List<ObjectNode> limits() {
        List<ObjectNode> all = new ArrayList<>();
        throttle.all().forEach((scope, limits) -> all.add(told(scope, limits)));
        return all;
    }

    /** Puts limits in place of those of a scope; none takes them away. */
    public synchronized ObjectNode putLimits(String scope, ObjectNode request) {
        Fields fields = new Fields(request);
        Scope of = scope(scope, fields);
        if (of.kind() == Scope.Kind.KEY) {
            fields.wrong("", "the limits of a key are fields of its own: PATCH /v1/admin/keys/ID");
        }
        fields.noOthersThan(KeyForm.OF_LIMITS);
        Limits limits = KeyForm.limits(fields);
        fields.check();
        throttle.put(of, limits);
        return told(of, limits);
    }

    private static Scope scope(String text, Fields fields) {
        try {
            return Scope.parse(text);
        } catch (IllegalArgumentException e) {
            fields.wrong("scope", String.valueOf(e.getMessage()));
            return Scope.GLOBAL;
        }
    }

    /** What the configuration says of a key stands there alone. */
    private void requireChangeable(Scope scope) {
        if (scope.kind() != Scope.Kind.KEY) {
            return;
        }
        VirtualKey key = keys.withId(scope.name())
                .orElseThrow(() -> new InvalidFieldsException(
                        List.of(new InvalidFieldsException.Field("scope", "names no key: key:ID has the id of one"))));
        if (key.configured() && !budgets.of(scope).isEmpty()) {
            throw new ConflictException("The budgets of this key come from the configuration: change them there.");
        }
    }

    private ObjectNode told(VirtualKey key) {
        ObjectNode told = KeyForm.told(key);
        ArrayNode list = told.putArray(BUDGETS);
        budgets.status(Scope.key(key.id())).forEach(budget -> list.add(told(budget)));
        return told;
    }

    private static ObjectNode list(List<BudgetStatus> all) {
        ObjectNode told = StrictJson.object();
        ArrayNode items = told.putArray("items");
        all.forEach(budget -> items.add(told(budget)));
        return told.putNull("next");
    }

    private static ObjectNode told(Scope scope, Limits limits) {
        ObjectNode told = StrictJson.object().put("scope", scope.toString());
        KeyForm.limits(told, limits);
        return told;
    }

    private static ObjectNode told(BudgetStatus status) {
        ObjectNode told = StrictJson.object().put("scope", status.scope().toString());
        told.setAll(KeyForm.budget(status.budget()));
        Instant resets = status.resetsAt();
        Long forecast = status.forecast();
        return told.put("spent_usd", PicoDollars.toUsd(status.spent()))
                .put("reserved_usd", PicoDollars.toUsd(status.reserved()))
                .put("remaining_usd", PicoDollars.toUsd(status.remaining()))
                .put("resets_at", resets == null ? null : resets.toString())
                .put("forecast_usd", forecast == null ? null : PicoDollars.toUsd(forecast));
    }
}
