package io.reprise.server;

import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.audit.Audits;
import io.reprise.server.audit.JudgeChecks;
import io.reprise.server.audit.LocalJudge;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.decision.bound.RiskSettings;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What keeps wrong hits under their ceiling: the controller, its audits and their judge, and all their state on disk. */
final class WrongHits implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WrongHits.class);
    private static final long SAVE_SECONDS = 10;
    private static final String JUDGE = "local-1";

    private final RiskController controller;
    private final JudgeChecks checks;
    private final Audits audits;
    private final ScheduledExecutorService saver;

    private WrongHits(RiskController controller, JudgeChecks checks, Audits audits) {
        this.controller = controller;
        this.checks = checks;
        this.audits = audits;
        this.saver = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("reprise-evidence").factory());
        var unused = saver.scheduleWithFixedDelay(this::save, SAVE_SECONDS, SAVE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * Goes on from the state in the data folder.
     *
     * @param decision whose probabilities are controlled
     */
    static WrongHits open(
            ServerConfig config, DataFolder data, SentenceEmbedder embedder, DecisionWiring decision, Clock clock) {
        ServerConfig.Audits asked = config.audits();
        RiskSettings settings = RiskSettings.defaults(decision.verifier())
                .with(
                        config.decision().maxWrongRate(),
                        switch (asked.coldStart()) {
                            case PRIOR -> RiskSettings.ColdStart.PRIOR;
                            case STRICT -> RiskSettings.ColdStart.STRICT;
                        })
                .withAuditRates(asked.firstRate(), asked.rate())
                .withWindow(asked.windowHits());
        JudgeChecks checks = JudgeChecks.open(JUDGE, data.judgeChecks());
        RiskController controller = RiskController.open(
                settings, decision.prior(), checks.errors(), clock, new SecureRandom(), data.evidence());
        log.info("Evidence on wrong hits: {}", controller.published().start());
        return new WrongHits(controller, checks, new Audits(controller, new LocalJudge(embedder), checks));
    }

    RiskController controller() {
        return controller;
    }

    Audits audits() {
        return audits;
    }

    @Override
    public void close() {
        saver.shutdown();
        audits.close();
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
