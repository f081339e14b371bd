package io.reprise.server.access;

import io.reprise.server.ledger.Payer;
import io.reprise.server.protocol.Glob;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Things by the scope that they hold for. Not thread-safe, but for {@link #isEmpty}. */
final class Scoped<T> {
    private final Map<Scope, T> all = new ConcurrentHashMap<>();
    private final Map<String, Pattern<T>> models = new TreeMap<>();

    private record Pattern<T>(Glob glob, T of) {}

    boolean isEmpty() {
        return all.isEmpty();
    }

    @Nullable T get(Scope scope) {
        return all.get(scope);
    }

    void put(Scope scope, T of) {
        all.put(scope, of);
        if (scope.kind() == Scope.Kind.MODEL) {
            models.put(
                    scope.name(), new Pattern<>(Glob.all(List.of(scope.name())).getFirst(), of));
        }
    }

    @Nullable T remove(Scope scope) {
        models.remove(scope.kind() == Scope.Kind.MODEL ? scope.name() : "");
        return all.remove(scope);
    }

    Collection<Scope> scopes() {
        return all.keySet();
    }

    /** Those that a call is in. */
    void of(Payer payer, @Nullable String model, Consumer<T> each) {
        if (all.isEmpty()) {
            return;
        }
        for (Scope scope : Scope.of(payer)) {
            T found = all.get(scope);
            if (found != null) {
                each.accept(found);
            }
        }
        if (model != null) {
            for (Pattern<T> pattern : models.values()) {
                if (pattern.glob().matches(model)) {
                    each.accept(pattern.of());
                }
            }
        }
    }
}
