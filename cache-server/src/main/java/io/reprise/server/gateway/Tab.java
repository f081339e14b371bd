package io.reprise.server.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Caller;
import io.reprise.server.access.Gate;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.StageTimer;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.ModelUsage;
import io.reprise.server.ledger.Payer;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.Usage;
import io.reprise.server.reply.Problem;
import io.reprise.server.upstream.Provider;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one call runs up from its head to its end: who makes it, how it is answered, what that uses and how long it takes. Thread-safe.
 *
 * <p>It is settled exactly once: by whoever brings the call to its end, with the head of an answer that is at hand, or at the latest
 * when the call's handlers have returned ({@link #close}), unless somebody has promised to settle it later. Nothing that is noted
 * afterwards counts.
 */
public final class Tab implements AutoCloseable, StageTimer {
    /** The principal of a call whose caller could not be told. */
    static final String UNIDENTIFIED = "unidentified";

    private static final String REQUEST_ID = "x-request-id";
    /** Upstream's own, where it is another. */
    private static final String UPSTREAMS_REQUEST_ID = "x-reprise-upstream-request-id";

    private static final Pattern USABLE = Pattern.compile("[\\x21-\\x7e]{1,128}");
    private static final int CLIENT_LEFT = 499;
    private static final int FAILED = 500;

    private final Tabs tabs;
    private final Gate gate;
    private final HttpServerRequest request;
    private final String endpoint;
    private final String wire;
    private final String requestId;
    private final Instant startedAt;
    private final long startedNanos = System.nanoTime();

    // Guarded by this.
    private final Map<String, Long> stageNanos = new LinkedHashMap<>();
    private String id = LookupIds.next();
    private @Nullable Caller caller;
    private String namespace = CacheControls.DEFAULT.namespace();
    private @Nullable String model;
    private @Nullable String servedModel;
    private @Nullable String upstream;
    private @Nullable String clamped;
    private boolean stream;
    private boolean counted;
    private CallOutcome outcome = CallOutcome.BYPASS;
    private @Nullable String reason = "failed";
    private @Nullable String entry;
    private @Nullable Double similarity;
    private @Nullable Double confidence;
    private @Nullable Usage used;
    private @Nullable Usage saved;
    private List<ModelUsage> overhead = List.of();
    private @Nullable String prompt;
    private @Nullable Supplier<String> answer;
    private Gate.@Nullable Ask ask;
    private Gate.@Nullable Admitted admitted;
    private Gate.@Nullable Reservation reservation;
    private @Nullable Long firstByteNanos;
    private @Nullable Long leftNanos;
    private int status;
    private boolean withHead;
    private boolean later;
    private boolean settled;

    Tab(Tabs tabs, Gate gate, HttpServerRequest request, String endpoint, String wire, Instant startedAt) {
        this.tabs = tabs;
        this.gate = gate;
        this.request = request;
        this.endpoint = endpoint;
        this.wire = wire;
        this.startedAt = startedAt;
        List<String> sent = request.headers().getAll(REQUEST_ID);
        requestId = sent.size() == 1 && USABLE.matcher(sent.getFirst()).matches() ? sent.getFirst() : "req-" + id;
        request.headers().set(REQUEST_ID, requestId);
    }

    /** Id of the call, and of its lookup. */
    public synchronized String id() {
        return id;
    }

    String endpoint() {
        return endpoint;
    }

    String wire() {
        return wire;
    }

    /** When its head came. */
    public Instant startedAt() {
        return startedAt;
    }

    /** It is known who calls. */
    public synchronized void by(Caller known) {
        caller = known;
    }

    /** It is known what is asked; {@code name} is the model's, or null. */
    public synchronized void asks(String inNamespace, @Nullable String name, boolean forStream) {
        namespace = inNamespace;
        model = name;
        stream = forStream;
    }

    /** What its text is, of which the log of calls keeps a keyed hash, and the text itself only where texts are kept. */
    public synchronized void prompts(String text) {
        prompt = text;
    }

    /** Whose it is and for what, as far as that is known. */
    public synchronized Account account() {
        return new Account(principal(), namespace, model);
    }

    private String principal() {
        return caller == null ? UNIDENTIFIED : caller.principal();
    }

    /**
     * Asks whether the call may be made, before it is looked up or goes anywhere. What was said once stands: a call that is read and
     * then forwarded unread is asked about once.
     *
     * @param name the model asked for, or null
     * @param body the request's, or null where it is not read
     * @param inputTokens counts what is sent
     * @throws Problem when it may not
     */
    public Gate.Admitted admit(@Nullable String name, @Nullable ObjectNode body, LongSupplier inputTokens) {
        Caller known;
        synchronized (this) {
            if (admitted != null) {
                return admitted;
            }
            if (caller == null) {
                throw new IllegalStateException("the caller is not known yet");
            }
            known = caller;
        }
        var asked = new Gate.Ask(known, endpoint, name, inputTokens, body == null ? null : Clamp.maxTokens(body), body);
        return switch (gate.admit(asked)) {
            case Gate.Refused refused -> throw problem(refused);
            case Gate.Admitted yes -> {
                synchronized (this) {
                    ask = asked;
                    admitted = yes;
                }
                yield yes;
            }
        };
    }

    /** The call was changed by a limit; it is asked for as it is now. */
    synchronized void clamped(String what, @Nullable String name, ObjectNode body) {
        clamped = what;
        Gate.Ask was = ask;
        if (was != null) {
            ask = new Gate.Ask(was.caller(), endpoint, name, was.inputTokens(), Clamp.maxTokens(body), body);
        }
    }

    /**
     * Sets aside what the call may spend, when it is about to go upstream; once, however often it is sent.
     *
     * @throws Problem when it may spend nothing
     */
    void reserve(Provider provider) {
        Gate.Ask asked;
        synchronized (this) {
            goesTo(provider);
            asked = ask;
            if (asked == null || reservation != null) {
                return;
            }
        }
        switch (gate.reserve(asked)) {
            case Gate.Refused refused -> throw problem(refused);
            case Gate.Reservation held -> {
                synchronized (this) {
                    reservation = held;
                }
            }
        }
    }

    /**
     * The call goes to an upstream, where it spends nothing.
     *
     * @throws Problem when it is made with a virtual key, and the upstream has no key to be asked with in its place
     */
    synchronized void goesTo(Provider provider) {
        upstream = provider.name();
        if (caller != null && caller.payer().key() != null && !provider.hasKeyOfItsOwn()) {
            throw Problem.upstreamWithoutKey(provider.name());
        }
    }

    /** Whether the caller's key may be used for a model; for calls of the cache's own on its behalf. */
    boolean maySpendOn(String model) {
        Caller who;
        synchronized (this) {
            who = caller;
        }
        return who == null || gate.maySpendOn(who, model);
    }

    private static Problem problem(Gate.Refused refused) {
        return Problem.refused(
                refused.status(),
                refused.code(),
                refused.message(),
                refused.retryAfterSeconds(),
                refused.shouldRetry());
    }

    /** Takes the time of a stage; what a stage takes twice adds up. */
    @Override
    public void record(Stage stage, long nanos) {
        took(stage.name().toLowerCase(Locale.ROOT), nanos);
    }

    /** As {@link #record}, of a stage that is no lookup's. */
    public synchronized void took(String stage, long nanos) {
        stageNanos.merge(stage, nanos, Long::sum);
    }

    /**
     * The cache has answered.
     *
     * @return what that saves in US dollars as a decimal, or null when it is unknown
     */
    public synchronized @Nullable String hit(Lookup.Hit hit) {
        similarity = (double) hit.similarity();
        confidence = hit.confidence();
        servedModel = hit.entry().completion().model();
        id = LookupIds.of(id, hit);
        CallOutcome kind =
                switch (hit.kind()) {
                    case EXACT -> CallOutcome.EXACT;
                    case SEMANTIC -> CallOutcome.SEMANTIC;
                };
        return answeredHere(kind, hit.entry().id(), hit.entry().completion().usage());
    }

    /**
     * The cache has answered each input of the call with the answer to the same one, otherwise as {@link #hit(Lookup.Hit)}.
     *
     * @param only id of the entry, or null when there are several
     */
    synchronized @Nullable String exactly(@Nullable String only, @Nullable String served, Usage worth) {
        similarity = 1.0;
        confidence = 1.0;
        servedModel = served;
        if (only != null) {
            id = LookupIds.exact(id, only);
        }
        return answeredHere(CallOutcome.EXACT, only, worth);
    }

    /**
     * The call has got the answer to an equal call, and so costs nothing itself.
     *
     * @param worth what the answer used, for which the other call is charged; null when it is not known or nothing
     */
    synchronized void coalesced(@Nullable Usage worth) {
        answeredHere(CallOutcome.COALESCED, null, worth);
    }

    /**
     * A rule of the operator's has answered, and so the call costs nothing.
     *
     * @param rule its name
     * @param worth what a model would have used, by our own count
     * @return what that saves in US dollars as a decimal, or null when it is unknown
     */
    synchronized @Nullable String ruled(String rule, Usage worth) {
        String usd = answeredHere(CallOutcome.RULE, null, worth);
        reason = rule;
        return usd;
    }

    /** Who pays for it. */
    synchronized Payer payer() {
        return caller == null ? Payer.NOBODY : caller.payer();
    }

    private @Nullable String answeredHere(CallOutcome how, @Nullable String which, @Nullable Usage worth) {
        counted = true;
        outcome = how;
        reason = null;
        entry = which;
        saved = worth;
        return worth == null ? null : usd(worth);
    }

    /** The cache does not answer the call; it counts. */
    public synchronized void unanswered(CallOutcome how, String why, @Nullable Lookup found) {
        passes(why);
        counted = true;
        outcome = how;
        if (found instanceof Lookup.Hit hit) {
            similarity = (double) hit.similarity();
            confidence = hit.confidence();
        } else if (found instanceof Lookup.Miss miss && miss.similarity() != null) {
            similarity = (double) miss.similarity();
        }
    }

    /** The call is none that is looked up or paid for by tokens. */
    synchronized void passes(String why) {
        counted = false;
        outcome = CallOutcome.BYPASS;
        reason = why;
    }

    /** The call is refused. One that a limit or a budget forbids counts as such; what is no call of anybody's does not count. */
    public synchronized void refused(Problem problem) {
        passes(problem.type());
        if (problem.forbids()) {
            counted = caller != null;
            outcome = CallOutcome.REFUSED;
        }
    }

    /** What was used upstream to answer the call, or null when nothing was. */
    synchronized void uses(@Nullable Usage usage) {
        used = usage;
    }

    /**
     * Upstream has answered a part of the call, and the cache the rest.
     *
     * @param worth what the cache's part would have used, or null when it has none
     * @param wasted what was used upstream for an answer that turned out to be of no use, or null when there was none
     * @return what the cache's part saves in US dollars as a decimal, or null when that is unknown or there is none
     */
    synchronized @Nullable String usesInPart(@Nullable Usage usage, @Nullable Usage worth, @Nullable Usage wasted) {
        used = usage;
        saved = worth;
        overhead = wasted == null ? List.of() : List.of(new ModelUsage(model, wasted));
        return worth == null ? null : usd(worth);
    }

    /** The model that has answered, as the answer names it. */
    synchronized void servedBy(@Nullable String name) {
        servedModel = name;
    }

    /** What the answer says, where the log of calls keeps texts. */
    synchronized void says(Supplier<String> text) {
        answer = tabs.keepsTexts() ? text : null;
    }

    private @Nullable String usd(Usage worth) {
        return PicoDollars.toUsd(tabs.cost(model, worth));
    }

    /** The client has left; what is still read for others is not on its time. */
    synchronized void clientLeft() {
        if (leftNanos == null) {
            leftNanos = elapsed();
        }
    }

    /** Somebody will settle it, whatever happens, when the handlers of the call may have returned long since. */
    synchronized void settlesLater() {
        later = true;
    }

    /** It is settled when the head of the answer leaves, which is at hand whole: whoever reads it finds the call booked. */
    public synchronized void settlesWithHead() {
        withHead = true;
    }

    /** The head of the answer is about to leave: to be called once, when all else of it is set. It gets the id of the call here. */
    public void headLeaves() {
        HttpServerResponse response = request.response();
        String upstreams = response.headers().get(REQUEST_ID);
        if (upstreams != null && !upstreams.equals(requestId)) {
            response.headers().set(UPSTREAMS_REQUEST_ID, upstreams);
        }
        response.headers().set(REQUEST_ID, requestId);
        boolean now;
        synchronized (this) {
            if (admitted != null) {
                admitted.headers().forEach((name, value) -> response.headers().set(name, value));
            }
            if (clamped != null) {
                response.headers().set("x-reprise-clamped", clamped);
            }
            status = response.getStatusCode();
            firstByteNanos = elapsed();
            now = withHead;
        }
        if (now) {
            settle();
        }
    }

    /** The call has ended. Idempotent. */
    public void settle() {
        FinishedCall call;
        Gate.Admitted yes;
        Gate.Reservation held;
        boolean counts;
        synchronized (this) {
            if (settled) {
                return;
            }
            settled = true;
            call = finished();
            yes = admitted == null ? Gate.Admitted.AS_IT_IS : admitted;
            held = reservation == null ? Gate.Reservation.NONE : reservation;
            counts = counted;
        }
        tabs.settle(call, counts, yes, held);
    }

    /** The handlers of the call have returned. */
    @Override
    public void close() {
        boolean now;
        synchronized (this) {
            now = !later;
        }
        if (now) {
            settle();
        }
    }

    private FinishedCall finished() {
        HttpServerResponse response = request.response();
        boolean left = leftNanos != null || (response.closed() && !(response.ended() && firstByteNanos != null));
        return new FinishedCall(
                id,
                requestId,
                startedAt,
                endpoint,
                wire,
                stream,
                model,
                servedModel,
                null,
                upstream,
                principal(),
                caller == null ? Payer.NOBODY : caller.payer(),
                namespace,
                left ? CLIENT_LEFT : status == 0 ? FAILED : status,
                outcome,
                reason,
                entry,
                similarity,
                confidence,
                used,
                saved,
                overhead,
                clamped,
                leftNanos == null ? elapsed() : leftNanos,
                firstByteNanos,
                Collections.unmodifiableMap(new LinkedHashMap<>(stageNanos)),
                false,
                prompt,
                answer == null ? null : answer.get());
    }

    private long elapsed() {
        return System.nanoTime() - startedNanos;
    }
}
