package io.reprise.server.http;

import io.reprise.server.access.Access;
import io.reprise.server.access.Gate;
import io.reprise.server.audit.Audits;
import io.reprise.server.audit.ServedHits;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.config.ResolvedConfig.ResolvedSetting;
import io.reprise.server.config.Secret;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.doctor.Doctor;
import io.reprise.server.gateway.GatewayParts;
import io.reprise.server.ledger.FinishedCall;
import io.reprise.server.ledger.Ledger;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.opinion.SecondOpinions;
import io.reprise.server.requests.RequestLog;
import io.reprise.server.telemetry.Telemetry;
import io.reprise.server.tls.ServerTls;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.Upstreams;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the routes need; every part is thread-safe and the caller's to close, after the HTTP verticles.
 *
 * @param settings the configuration's, as the operator may see them
 * @param principalKey secret of the data folder
 * @param bounded the controller of wrong hits, or null where the policy asks none
 * @param adminToken what administrators send
 * @param access knows virtual keys, budgets and limits
 * @param requests the log of calls, or null where there is none
 * @param gate says which calls may be made
 * @param sinks are told of each finished call
 * @param keepsTexts whether they are told prompts and answers
 * @param tls what clients are shown, or null where plain HTTP is spoken
 * @param accounting a bounded executor on which tokens are counted
 * @param doctor is told of each miss
 */
public record HttpParts(
        ServerConfig config,
        List<ResolvedSetting> settings,
        byte[] principalKey,
        Secret adminToken,
        SemanticCache cache,
        UpstreamClient upstream,
        Upstreams upstreams,
        Ledger ledger,
        PriceBook prices,
        TokenCounter tokens,
        Telemetry telemetry,
        @Nullable Bounded bounded,
        Access access,
        @Nullable RequestLog requests,
        Gate gate,
        List<FinishedCall.Sink> sinks,
        boolean keepsTexts,
        Executor accounting,
        @Nullable ServerTls tls,
        Doctor doctor,
        Clock clock) {
    public HttpParts {
        sinks = List.copyOf(sinks);
    }

    /** What of it the ways of calls are made of. */
    GatewayParts gateway(ServedHits served) {
        return new GatewayParts(
                config,
                cache,
                upstream,
                upstreams,
                ledger,
                prices,
                tokens,
                telemetry,
                gate,
                sinks,
                keepsTexts,
                bounded == null ? null : bounded.audits(),
                bounded == null ? null : bounded.opinions(),
                served,
                accounting,
                doctor,
                clock);
    }

    /**
     * What finds out whether hits are right.
     *
     * @param audits null where nothing is audited
     * @param opinions null where nobody is asked for one
     */
    public record Bounded(
            RiskController risk,
            @Nullable Audits audits,
            @Nullable SecondOpinions opinions) {
        /** The share of hits by meaning that are audited as things stand. */
        double auditRate() {
            return audits != null && audits.budget().pays() ? risk.published().auditRate() : 0;
        }
    }
}
