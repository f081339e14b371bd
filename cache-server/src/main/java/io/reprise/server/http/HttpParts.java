package io.reprise.server.http;

import io.reprise.server.audit.Audits;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.config.Secret;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.ledger.Ledger;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.requests.RequestLog;
import io.reprise.server.telemetry.Telemetry;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.Upstreams;
import java.time.Clock;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * What the routes need; every part is thread-safe and the caller's to close, after the HTTP verticles.
 *
 * @param principalKey secret of the data folder
 * @param bounded the controller of wrong hits, or null where the policy asks none
 * @param adminToken what administrators send
 * @param requests the log of calls, or null where there is none
 * @param accounting a bounded executor on which tokens are counted
 */
public record HttpParts(
        ServerConfig config,
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
        @Nullable RequestLog requests,
        Executor accounting,
        Clock clock) {

    /**
     * What finds out whether hits are right.
     *
     * @param audits null where nothing is audited
     */
    public record Bounded(RiskController risk, @Nullable Audits audits) {
        /** The share of hits by meaning that are audited as things stand. */
        double auditRate() {
            return audits != null && audits.budget().pays() ? risk.published().auditRate() : 0;
        }
    }
}
