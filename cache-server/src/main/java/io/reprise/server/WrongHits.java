package io.reprise.server;

import io.reprise.server.audit.AuditBudget;
import io.reprise.server.audit.Audits;
import io.reprise.server.audit.JudgeChecks;
import io.reprise.server.audit.ModelJudge;
import io.reprise.server.config.SecondOpinionConfig;
import io.reprise.server.config.Secret;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.decision.bound.RiskSettings;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.opinion.SecondOpinions;
import io.reprise.server.protocol.Wire;
import io.reprise.server.upstream.ChatModel;
import io.reprise.server.upstream.Provider;
import io.reprise.server.upstream.UpstreamClient;
import io.reprise.server.upstream.Upstreams;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps wrong hits under their ceiling: the controller, what is known of the judge of its audits, and the state of both on disk. */
final class WrongHits implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WrongHits.class);
    private static final long SAVE_SECONDS = 10;

    private final RiskController controller;
    private final JudgeChecks checks;
    private final Duration quarantineMemory;
    private final ScheduledExecutorService saver;

    private WrongHits(RiskController controller, JudgeChecks checks, Duration quarantineMemory) {
        this.quarantineMemory = quarantineMemory;
        this.controller = controller;
        this.checks = checks;
        this.saver = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("reprise-evidence").factory());
        var unused = saver.scheduleWithFixedDelay(this::save, SAVE_SECONDS, SAVE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Goes on from the state in the data folder, where each verifier with each judge has its own: what one judge calls an alarm cannot be
     * corrected by the errors of another.
     *
     * @param decision whose probabilities are controlled
     */
    static WrongHits open(ServerConfig config, DataFolder data, DecisionWiring decision, Clock clock) {
        ServerConfig.Audits asked = config.audits();
        ServerConfig.JudgeModel judge = asked.auditor();
        String name = judge == null ? "nobody" : ModelJudge.id(judge.model());
        RiskSettings settings = RiskSettings.defaults(decision.verifier() + " judged by " + name)
                .with(
                        config.decision().maxWrongRate(),
                        switch (asked.coldStart()) {
                            case PRIOR -> RiskSettings.ColdStart.PRIOR;
                            case STRICT -> RiskSettings.ColdStart.STRICT;
                        })
                .withAuditRates(judge == null ? 0 : asked.firstRate(), judge == null ? 0 : asked.rate())
                .withWindow(asked.windowHits());
        JudgeChecks checks = JudgeChecks.open(name, judge == null ? null : data.judgeChecks());
        RiskController controller = RiskController.open(
                settings, decision.prior(), checks.errors(), clock, new SecureRandom(), data.path());
        log.info(
                "Evidence on wrong hits, as {} judges them: {}",
                name,
                controller.published().start());
        return new WrongHits(controller, checks, settings.quarantineMemory());
    }

    RiskController controller() {
        return controller;
    }

    /**
     * Audits that tell the controller, or null for none; the caller's to close, before this and before upstreams are
     * out of reach.
     */
    @Nullable Audits audits(
            ServerConfig.Audits asked, PriceBook prices, UpstreamClient client, Upstreams upstreams, Clock clock) {
        ServerConfig.JudgeModel model = asked.auditor();
        if (model == null) {
            return null;
        }
        if (!upstreams.haveOwnKey()) {
            log.warn(
                    "audits.judge.model is {}, but no upstream has a key of the operator's, and a caller's is never"
                            + " used: nothing is audited",
                    model.model());
        }
        var judge = new ModelJudge(chat(model, client, upstreams)::ask, model.model());
        return new Audits(controller, judge, checks, new AuditBudget(asked.budget(), prices, model.model(), clock));
    }

    /** Who is asked about what the cut-off keeps back, or null for nobody. */
    @Nullable SecondOpinions opinions(
            @Nullable SecondOpinionConfig asked,
            PriceBook prices,
            UpstreamClient client,
            Upstreams upstreams,
            Clock clock) {
        if (asked == null || asked.budget() == 0) {
            return null;
        }
        if (!upstreams.haveOwnKey()) {
            log.warn(
                    "decision.second_opinion.model is {}, but no upstream has a key of the operator's, and a caller's is"
                            + " never used: nobody is asked",
                    asked.model());
        }
        Provider provider = upstreams.choose(upstreams.openAi(), Wire.OPENAI_CHAT.path(), asked.model());
        // What comes after the caller has left is kept for the next who asks.
        Duration patience = asked.maxWait().multipliedBy(2);
        var model = new ChatModel(client, provider, asked.model(), patience, SecondOpinions.ANSWER_TOKENS);
        return new SecondOpinions(
                model::ask,
                asked.model(),
                asked.maxWait(),
                new AuditBudget(asked.budget(), prices, asked.model(), clock),
                quarantineMemory,
                clock);
    }

    /**
     * The judge's model, at the upstream that takes calls for it, with a key of the operator's: a caller's credential pays for that
     * caller's own calls, and the texts of one are not shown to where another's leads.
     */
    private static ChatModel chat(ServerConfig.JudgeModel judge, UpstreamClient client, Upstreams upstreams) {
        Provider provider = upstreams.choose(upstreams.openAi(), Wire.OPENAI_CHAT.path(), judge.model());
        Secret key = judge.apiKey();
        return new ChatModel(
                client, key == null ? provider : provider.withApiKey(key.value()), judge.model(), judge.timeout());
    }

    @Override
    public void close() {
        saver.shutdown();
        save();
    }

    private void save() {
        try {
            controller.save();
            checks.save();
        } catch (RuntimeException e) {
            log.warn("the evidence on wrong hits is not on disk: {}", e.getMessage());
        }
    }
}
