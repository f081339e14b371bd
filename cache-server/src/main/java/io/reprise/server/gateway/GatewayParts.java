package io.reprise.server.gateway;

import io.reprise.server.access.Gate;
import io.reprise.server.audit.Audits;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.doctor.Doctor;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.Ledger;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.opinion.SecondOpinions;
import io.reprise.server.telemetry.Telemetry;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.Upstreams;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the ways of calls are made of; every part is thread-safe and the caller's to close.
 *
 * @param gate says which calls may be made
 * @param sinks are told of each finished call
 * @param keepsTexts whether they are told the texts of answers
 * @param audits null where nothing is audited
 * @param opinions null where nobody is asked for one
 * @param served remembers hits that callers may speak of
 * @param accounting a bounded executor on which tokens are counted
 * @param doctor is told of each miss
 */
public record GatewayParts(
        ServerConfig config,
        SemanticCache cache,
        UpstreamClient upstream,
        Upstreams upstreams,
        Ledger ledger,
        PriceBook prices,
        TokenCounter tokens,
        Telemetry telemetry,
        Gate gate,
        List<FinishedCall.Sink> sinks,
        boolean keepsTexts,
        @Nullable Audits audits,
        @Nullable SecondOpinions opinions,
        ServedHits served,
        Executor accounting,
        Doctor doctor,
        Clock clock) {
    public GatewayParts {
        sinks = List.copyOf(sinks);
    }
}
