package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.index.IndexOptions;
import io.reprise.index.LuceneIndex;
import io.reprise.server.decision.Candidate;
import io.reprise.server.decision.Decision;
import io.reprise.server.decision.Opinion;
import io.reprise.server.decision.bound.Feedback;
import io.reprise.server.decision.bound.JudgeErrors;
import io.reprise.server.decision.bound.Prior;
import io.reprise.server.decision.bound.RiskController;
import io.reprise.server.decision.bound.RiskSettings;
import io.reprise.server.decision.bound.Ticket;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiChat;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a second opinion is asked about, and what it may do. The cosine is the probability here, and the cut-off 0.98. */
@Timeout(60)
final class SecondOpinionTest {
    private static final String OPEN = "asked ~0.90";

    private final ManualClock clock = new ManualClock();
    private final List<String> asked = new ArrayList<>();
    private LuceneIndex index;
    private SemanticCache cache;
    private RiskController risk;

    @TempDir
    private Path folder;

    @BeforeEach
    void open() {
        index = LuceneIndex.open(folder, IndexOptions.of(AngleEmbedder.DIMENSION, "angle"), clock);
        risk = RiskController.open(
                RiskSettings.defaults("angle")
                        .with(0.05, RiskSettings.ColdStart.PRIOR)
                        .withAuditRates(0, 0),
                Prior.ofCalibratedProbabilities(),
                new JudgeErrors.Assumed(0, 0.1),
                clock,
                new Random(1),
                null);
        var settings = new SemanticCache.Settings(
                1,
                1,
                1 << 20,
                8,
                0.05,
                Duration.ofDays(7),
                Duration.ofDays(30),
                1 << 20,
                false,
                SemanticCache.ConversationSettings.DEFAULT);
        cache = new SemanticCache(
                new AngleEmbedder(),
                index,
                SecondOpinionTest::decide,
                risk,
                settings,
                null,
                clock,
                (stage, nanos) -> {});
        result(cache.store(
                query("stored"),
                () -> Completion.ofText("answer", "m", null),
                new StoreOptions(null, List.of(), null)));
    }

    @AfterEach
    void close() {
        cache.close();
        index.close();
    }

    @Test
    void yes_servesWhatTheCutoffKeepsBack() {
        assertEquals("verifier", miss(lookup(OPEN, null)).reason());
        Lookup.Hit hit = assertInstanceOf(Lookup.Hit.class, lookup(OPEN, Opinion.SAME));
        assertEquals("stored", hit.entry().prompt());
        assertEquals(Opinion.SAME, opinion(hit));
        Ticket ticket = hit.ticket();
        assertNotNull(ticket);
        assertTrue(ticket.served());
    }

    @Test
    void anythingElse_leavesTheMiss() {
        for (Opinion opinion : List.of(Opinion.NOT_SAME, Opinion.NO_ANSWER, Opinion.NOT_AFFORDED)) {
            Lookup.Miss miss = miss(lookup(OPEN, opinion));
            assertEquals("verifier", miss.reason());
            assertEquals(opinion, opinion(miss));
        }
        assertEquals(3, asked.size());
        assertNull(opinion(lookup(OPEN, null)));
    }

    @Test
    void whatReachesTheCutoff_needsNoOpinion() {
        assertInstanceOf(Lookup.Hit.class, lookup("asked ~0.99", Opinion.NOT_SAME));
        assertEquals(List.of(), asked);
    }

    @Test
    void whatIsLikelierWrongThanRight_isNotAskedAbout() {
        assertEquals("verifier", miss(lookup("asked ~0.45", Opinion.SAME)).reason());
        assertEquals(List.of(), asked);
    }

    @Test
    void guard_isNotOverridden() {
        assertEquals("guard:number", miss(lookup("vetoed ~0.90", Opinion.SAME)).reason());
        assertEquals(List.of(), asked);
    }

    @Test
    void hiddenText_isNotAskedAbout() {
        assertEquals(
                "uncacheable:hidden-text",
                miss(lookup("asked\u200b\udb40\udc41 ~0.90", Opinion.SAME)).reason());
        assertEquals(List.of(), asked);
    }

    @Test
    void shadow_asksNobody() {
        Lookup shadow = cache.lookup(
                query(OPEN),
                new LookupOptions(true, false, LookupOptions.NOT_AUDITED, null, null).seconded((query, entry) -> {
                    asked.add(query.text());
                    return Opinion.SAME;
                }));
        assertInstanceOf(Lookup.Miss.class, shadow);
        assertEquals(List.of(), asked);
    }

    @Test
    void votedWrong_theEntryIsInQuarantineAndNobodyIsAskedAgain() {
        Lookup.Hit hit = assertInstanceOf(Lookup.Hit.class, lookup(OPEN, Opinion.SAME));
        Ticket ticket = hit.ticket();
        assertNotNull(ticket);
        assertEquals(Feedback.TIGHTENED, risk.feedback(ticket, "ann", true));
        asked.clear();
        assertEquals("bound", miss(lookup(OPEN, Opinion.SAME)).reason());
        assertEquals("verifier", miss(lookup("another ~0.90", Opinion.SAME)).reason());
        assertEquals(List.of(), asked);
    }

    @Test
    void opinions_moveNoCutoff() {
        double before = risk.published().terms().cutoff();
        for (int i = 0; i < 500; i++) {
            lookup("asked " + i + " ~0.90", Opinion.SAME);
        }
        assertEquals(before, risk.published().terms().cutoff());
        assertFalse(risk.published().shown());
    }

    private static Decision decide(String text, List<Candidate> candidates, double rate) {
        if (candidates.isEmpty()) {
            return new Decision(new Decision.Verdict.Miss(Decision.Reason.NO_CANDIDATE), candidates, 0.5, 0);
        }
        Candidate nearest = candidates.getFirst();
        double probability = nearest.cosine();
        Decision.Verdict verdict = text.startsWith("vetoed")
                ? new Decision.Verdict.Miss(Decision.Reason.guard("number"))
                : probability < 0.5
                        ? new Decision.Verdict.Miss(Decision.Reason.VERIFIER)
                        : new Decision.Verdict.Hit(nearest, probability);
        return new Decision(verdict, candidates, 0.5, 0);
    }

    private Lookup lookup(String text, @Nullable Opinion says) {
        return cache.lookup(query(text), new LookupOptions(true, null, null).seconded((query, entry) -> {
                    asked.add(query.text() + "/" + entry.prompt());
                    return says;
                }));
    }

    private static Lookup.Miss miss(Lookup lookup) {
        return assertInstanceOf(Lookup.Miss.class, lookup);
    }

    private static @Nullable Opinion opinion(Lookup lookup) {
        Decision decision = lookup.decision();
        assertNotNull(decision);
        return decision.opinion();
    }

    private static CacheQuery query(String text) {
        return Prompts.query(new OpenAiChat().ofPrompt(text, "m"), CallerScope.of("ann", "default", null));
    }

    private static <T> T result(Future<T> future) {
        try {
            return future.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
