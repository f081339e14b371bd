package io.reprise.server.gateway;

import io.reprise.server.cache.CachedEntry;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.Replay;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.WireFormat;
import io.reprise.server.reply.Replies;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.rules.Rules;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers drop-in calls from what is here, each in the form in which it asked. */
final class DropInReplies {
    private static final Logger log = LoggerFactory.getLogger(DropInReplies.class);

    private static final String EVENT_STREAM = "text/event-stream; charset=utf-8";

    private final WireFormat format;
    private final WireErrors errors;
    private final SemanticCache cache;
    private final Duration staleIfError;
    private final @Nullable PacedReply pace;

    /**
     * @param staleIfError how long after its end an entry may still answer when upstream fails
     * @param pace at which cached answers are streamed, or null for at once
     */
    DropInReplies(DropIn dropIn, SemanticCache cache, Duration staleIfError, @Nullable PacedReply pace) {
        this.format = dropIn.format();
        this.errors = dropIn.errors();
        this.cache = cache;
        this.staleIfError = staleIfError;
        this.pace = pace;
    }

    /** Answers with an entry; false, and nothing is written, when this wire cannot tell its answer. */
    boolean hit(Exchange exchange, Lookup.Hit hit) {
        return hit(exchange, hit, null);
    }

    /**
     * Answers with what has expired, when upstream fails and the operator prefers that to an error.
     *
     * @param status upstream's, or 0 when it gave none
     * @return what it has answered with, or null when nothing is written
     */
    Lookup.@Nullable Hit stale(Exchange exchange, int status) {
        if (staleIfError.isZero()) {
            return null;
        }
        try {
            Lookup.Hit expired =
                    Future.await(cache.stale(exchange.query(), staleIfError)).orElse(null);
            return expired != null && stale(exchange, expired, status) ? expired : null;
        } catch (RuntimeException e) {
            cache.count("stale lookup", e);
            return null;
        }
    }

    /**
     * Answers with an expired entry, because upstream failed; otherwise as {@link #hit}.
     *
     * @param status upstream's, or 0 when it gave none
     */
    boolean stale(Exchange exchange, Lookup.Hit hit, int status) {
        return hit(exchange, hit, status);
    }

    private boolean hit(Exchange exchange, Lookup.Hit hit, @Nullable Integer failedWith) {
        CachedEntry entry = hit.entry();
        Replay replay = pace == null
                ? exchange.call().replay(entry.id(), entry.createdAt())
                : exchange.call().replay(entry.id(), entry.createdAt()).inWords();
        byte[] rendered = rendered(exchange, entry.completion(), replay);
        if (rendered == null) {
            return false;
        }
        if (!exchange.query().ids().contains(entry.id())) {
            cache.goesOnFrom(exchange.query(), hit, format.echoes(entry.completion(), replay));
        }
        Tab tab = exchange.tab();
        String saved = tab.hit(hit);
        tab.says(entry.completion()::text);
        Duration age = Duration.between(entry.createdAt(), exchange.askedAt());
        CacheStatus.hit(exchange.response(), tab.id(), hit, age.toSeconds(), saved);
        if (failedWith != null) {
            Duration left = Duration.between(exchange.askedAt(), entry.expiresAt());
            CacheStatus.stale(exchange.response(), failedWith, left.toSeconds());
        }
        send(exchange, rendered, pace);
        return true;
    }

    /** Answers with another call's fresh answer; false, and nothing is written, when this wire cannot tell it. */
    boolean coalesced(Exchange exchange, Completion completion) {
        byte[] rendered = rendered(
                exchange, completion, exchange.call().replay(exchange.query().id(), exchange.askedAt()));
        if (rendered == null) {
            return false;
        }
        Tab tab = exchange.tab();
        tab.coalesced(completion.usage());
        tab.servedBy(completion.model());
        tab.says(completion::text);
        CacheStatus.coalesced(exchange.response(), tab.id(), 200);
        send(exchange, rendered, null);
        return true;
    }

    /**
     * Answers with what a rule says; false, and nothing is written, when this wire cannot tell it.
     *
     * @param worth what a model would have used, by our own count
     */
    boolean ruled(Exchange exchange, Rules.Answer answer, Usage worth) {
        Completion completion = Completion.ofText(answer.text(), exchange.call().model(), Usage.of(0, 0, false));
        Replay replay = exchange.call().replay(exchange.query().id(), exchange.askedAt());
        byte[] rendered = rendered(exchange, completion, pace == null ? replay : replay.inWords());
        if (rendered == null) {
            return false;
        }
        Tab tab = exchange.tab();
        String saved = tab.ruled(answer.rule(), worth);
        tab.says(answer::text);
        CacheStatus.ruled(exchange.response(), tab.id(), answer.rule(), saved);
        send(exchange, rendered, pace);
        return true;
    }

    /** Says that the cache has no answer, to a caller who wants none from upstream. */
    void notCached(Exchange exchange, Unanswered unanswered) {
        exchange.tab().unanswered(unanswered.outcome(), unanswered.why(), unanswered.found());
        exchange.tab().settlesWithHead();
        HttpServerResponse response = exchange.response();
        CacheStatus.forwarded(response, unanswered.outcome(), 0, Kept.UNSAID, unanswered.why());
        errors.write(response, 504, "not_cached", "nothing cached answers this (" + unanswered.why() + ")");
    }

    private byte @Nullable [] rendered(Exchange exchange, Completion completion, Replay replay) {
        try {
            return exchange.call().stream() ? format.events(completion, replay) : format.json(completion, replay);
        } catch (IllegalArgumentException e) {
            log.debug("the answer {} is in a form that {} cannot tell", replay.id(), format.wire(), e);
            return null;
        }
    }

    private static void send(Exchange exchange, byte[] rendered, @Nullable PacedReply pace) {
        HttpServerResponse response = exchange.response();
        if (pace == null || !exchange.call().stream()) {
            exchange.tab().settlesWithHead();
        }
        if (!exchange.call().stream()) {
            Replies.send(response, 200, "application/json", rendered);
            return;
        }
        response.putHeader("cache-control", "no-cache");
        if (pace == null) {
            Replies.send(response, 200, EVENT_STREAM, rendered);
        } else {
            pace.send(response.putHeader("content-type", EVENT_STREAM), rendered);
        }
    }
}
