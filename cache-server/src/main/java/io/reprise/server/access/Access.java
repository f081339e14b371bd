package io.reprise.server.access;

import io.reprise.index.OwnerOnly;
import io.reprise.server.access.VirtualKey.Hash;
import io.reprise.server.access.VirtualKey.Share;
import io.reprise.server.config.AccessConfig;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.TokenCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Virtual keys, budgets and limits of one data folder, and the gate that they make. Thread-safe. */
public final class Access implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Access.class);

    private final List<Consumer<BudgetMark>> listeners = new CopyOnWriteArrayList<>();
    private final AccessConfig config;
    private final Clock clock;
    private final VirtualKeys keys;
    private final Budgets budgets;
    private final Throttle throttle;
    private final AccessGate gate;

    private Access(
            Path folder, AccessConfig config, PriceBook prices, TokenCounter tokens, Clock clock, LongSupplier nanos) {
        this.config = config;
        this.clock = clock;
        List<VirtualKey> configured =
                config.keys().stream().map(Access::configured).toList();
        Map<Scope, List<Budget>> ofKeys = new LinkedHashMap<>();
        config.keys().forEach(key -> {
            if (!key.budgets().isEmpty()) {
                ofKeys.put(Scope.key(id(key.name())), budgets(key));
            }
        });
        keys = new VirtualKeys(folder.resolve("keys.jsonl"), configured, clock);
        budgets = new Budgets(folder, ofKeys, clock, this::marked);
        throttle = new Throttle(folder, nanos);
        keys.all().forEach(key -> throttle.set(Scope.key(key.id()), key.limits()));
        gate = new AccessGate(keys, budgets, throttle, new Caps(prices, tokens, config, clock), config, clock);
    }

    /**
     * Opens what a folder keeps, making the folder where it is not there.
     *
     * @param nanos a clock that is never set back, such as {@code System::nanoTime}
     * @throws AccessException when it cannot be read
     */
    public static Access open(
            Path folder, AccessConfig config, PriceBook prices, TokenCounter tokens, Clock clock, LongSupplier nanos) {
        try {
            OwnerOnly.createFolder(folder);
        } catch (IOException e) {
            throw new AccessException("cannot create " + folder + " (" + e + ")", e);
        }
        return new Access(folder, config, prices, tokens, clock, nanos);
    }

    private static String id(String configuredName) {
        return "file_" + configuredName;
    }

    private static VirtualKey configured(AccessConfig.VirtualKey key) {
        Share share =
                switch (key.share()) {
                    case KEY -> Share.KEY;
                    case TEAM -> Share.TEAM;
                    case ALL -> Share.ALL;
                };
        return new VirtualKey(
                id(key.name()),
                key.name(),
                key.team(),
                key.user(),
                key.tags(),
                key.models(),
                key.routes(),
                share,
                key.expiresAt(),
                key.disabled(),
                new Limits(
                        key.rpm(),
                        key.tpm(),
                        key.maxParallel(),
                        key.maxOutputTokens(),
                        key.defaultOutputTokens(),
                        key.maxInputTokens()),
                key.costThresholdUsd() == null
                        ? null
                        : PicoDollars.parseUsd(key.costThresholdUsd().toPlainString()),
                Instead.parse(key.onThreshold()),
                Instant.EPOCH,
                List.of(new Hash(key.sha256(), null)),
                true);
    }

    private static List<Budget> budgets(AccessConfig.VirtualKey key) {
        Instead onExceed = Instead.parse(key.onExceed());
        return key.budgets().stream()
                .map(budget -> new Budget(
                        PicoDollars.parseUsd(budget.usd().toPlainString()),
                        Window.valueOf(budget.window().toUpperCase(Locale.ROOT)),
                        budget.zone(),
                        Budget.USUAL_MARKS,
                        onExceed))
                .toList();
    }

    /** Says which calls may be made. */
    public Gate gate() {
        return gate;
    }

    /** Changes and tells what is here. */
    public AccessDesk desk() {
        return new AccessDesk(keys, budgets, throttle);
    }

    /** The key with this text, expired and disabled ones too. Never waits. */
    Optional<VirtualKey> find(String text) {
        return keys.find(text);
    }

    /** Whether the time of a key is over. */
    boolean isExpired(VirtualKey key) {
        return key.expiresAt() != null && !clock.instant().isBefore(key.expiresAt());
    }

    /** Whether callers without a virtual key are refused. */
    boolean requiresKey() {
        return config.requireKey();
    }

    /** What upstream has charged beyond what was set aside for calls, in pico-dollars, since the start. */
    public long overspent() {
        return gate.overspent();
    }

    /** Has somebody told of each share of a budget that is reached, once each; must not wait. */
    public void onMark(Consumer<BudgetMark> listener) {
        listeners.add(listener);
    }

    private void marked(BudgetMark mark) {
        log.warn(
                "{} % of the budget of {} is spent: {} of {} US dollars a {}",
                mark.percent(),
                mark.scope(),
                PicoDollars.toUsd(mark.spent()),
                PicoDollars.toUsd(mark.budget().picoDollars()),
                mark.budget().window().word());
        listeners.forEach(listener -> listener.accept(mark));
    }

    @Override
    public void close() {
        budgets.close();
        throttle.close();
        keys.close();
    }
}
