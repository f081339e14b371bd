package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.FlatIndex;
import io.reprise.server.BundledModels;
import io.reprise.server.decision.Calibration;
import io.reprise.server.decision.CosineCutoff;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiChat;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cache with the bundled model: what it takes for the same, and what it must not. */
final class SemanticCacheModelTest {
    private static final LookupOptions ANY = new LookupOptions(true, null, null);

    private static final SentenceEmbedder embedder = BundledModels.embedder();

    private SemanticCache cache;

    @BeforeEach
    void open() {
        var clock = new ManualClock();
        cache = new SemanticCache(
                embedder,
                new FlatIndex(embedder.dimension(), clock),
                new CosineCutoff(0.5, 0.95, 0.05, Calibration.BUNDLED_MODEL),
                new SemanticCache.Settings(
                        1,
                        16,
                        1 << 20,
                        8,
                        0.05,
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        1 << 20,
                        false,
                        SemanticCache.ConversationSettings.DEFAULT),
                clock,
                (stage, nanos) -> {});
    }

    @AfterEach
    void close() {
        cache.close();
    }

    @ParameterizedTest
    @CsvSource({
        "What is the capital of France?, What is the capital city of France?",
        "How do I reset my password?, How can I reset my password?",
        "WHAT TIME IS IT IN TOKYO?, what time is it in Tokyo?"
    })
    void otherWordsForTheSame_areASemanticHit(String stored, String asked) {
        store(stored);
        Lookup.Hit hit = assertInstanceOf(Lookup.Hit.class, cache.lookup(query(asked), ANY));
        assertEquals(Lookup.Kind.SEMANTIC, hit.kind());
        assertTrue(hit.similarity() >= 0.95f && hit.similarity() <= 1f, "cosine " + hit.similarity());
    }

    @ParameterizedTest
    @CsvSource({
        "What is the capital of France?, What is the capital of Spain?",
        "What is the capital of France?, How do I bake bread?"
    })
    void somethingElse_isAMiss(String stored, String asked) {
        store(stored);
        assertInstanceOf(Lookup.Miss.class, cache.lookup(query(asked), ANY));
    }

    /** All of these have one vector each with their counterparts, or none at all. */
    @ParameterizedTest
    @CsvSource({
        "what does 😀 mean, what does 😡 mean, unknown-words",
        "\u200b, \u200e, hidden-text",
        "\ufffd, \ue000, hidden-text",
        "say \ue000, say \ue001, hidden-text",
        "what is tea?, what is tea?\udb40\udc41, hidden-text",
        "what is tea?, what is \u202etea?, hidden-text"
    })
    void textsThatTheModelCannotTellApart_areExactHitsOnly(String stored, String asked, String why) {
        store(stored);
        assertEquals(
                "uncacheable:" + why,
                assertInstanceOf(Lookup.Miss.class, cache.lookup(query(asked), ANY))
                        .reason());
        assertInstanceOf(Lookup.Hit.class, cache.lookup(query(stored), ANY));
    }

    @Test
    void hiddenTextThatWasStored_isNotServedToThePlainQuestion() {
        store("what is tea?\udb40\udc41");
        assertInstanceOf(Lookup.Miss.class, cache.lookup(query("what is tea?"), ANY));
    }

    @Test
    void textsEqualAsFarAsTheWindowGoes_areExactHitsOnly() {
        String start = "word ".repeat(300);
        store(start + "one");
        assertEquals(
                "uncacheable:too-long",
                assertInstanceOf(Lookup.Miss.class, cache.lookup(query(start + "two"), ANY))
                        .reason());
        assertInstanceOf(Lookup.Hit.class, cache.lookup(query(start + "one"), ANY));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u00a0", "\u2007", "\u200b", "?", ".", "\u0301"})
    void textsOfNoWords_areNoFault(String text) {
        store(text);
        assertEquals(
                Lookup.Kind.EXACT,
                assertInstanceOf(Lookup.Hit.class, cache.lookup(query(text), ANY))
                        .kind());
        cache.lookup(query(text + text), ANY);
        assertEquals(0, cache.faults());
    }

    @Test
    void textInAnotherScope_isNotEmbeddedAgainAndComparedAsBefore() {
        String asked = "How can I reset my password?";
        for (String namespace : List.of("web", "phone")) {
            store("How do I reset my password?", namespace);
            Lookup.Hit hit = assertInstanceOf(Lookup.Hit.class, cache.lookup(query(asked, namespace), ANY));
            assertEquals(namespace, hit.entry().namespace());
        }
        assertEquals(2, cache.memoMisses());
        assertEquals(2, cache.memoHits());
    }

    @Test
    void storeAfterALookup_embedsNothing() {
        cache.lookup(query("How do I reset my password?"), ANY);
        store("How do I reset my password?");
        assertEquals(1, cache.memoMisses());
        assertInstanceOf(Lookup.Hit.class, cache.lookup(query("How can I reset my password?"), ANY));
    }

    private void store(String text, String namespace) {
        var options = new StoreOptions(null, List.of(), null);
        Waiting.result(cache.store(query(text, namespace), () -> Completion.ofText("answer", "m", null), options));
    }

    private void store(String text) {
        store(text, "default");
    }

    private static CacheQuery query(String text) {
        return query(text, "default");
    }

    private static CacheQuery query(String text, String namespace) {
        return Prompts.query(new OpenAiChat().ofPrompt(text, "m"), CallerScope.of("ann", namespace, null));
    }
}
