package io.reprise.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.reprise.embedder.EmbedderException;
import io.reprise.embedder.PairScorer;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.index.FlatIndex;
import io.reprise.server.cache.Lookup;
import io.reprise.server.cache.LookupOptions;
import io.reprise.server.cache.SemanticCache;
import io.reprise.server.cache.StoreOptions;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.OpenAiChat;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** While the model that reads both prompts fails, nothing is served by meaning, and nothing else is lost. */
class FailingReaderTest {
    private static final LookupOptions BY_MEANING = new LookupOptions(true, null, null);

    @Test
    void modelThatFails_servesNothingByMeaningAndIsCounted() throws Exception {
        ServerConfig config = BundledModels.defaults();
        SentenceEmbedder embedder = BundledModels.embedder();
        ReadingModel bundled = BundledModels.reading();
        var failed = new FailedReads(Clock.systemUTC());
        var failing = new ReadingModel(new FailingScorer(bundled.scorer().modelName()), bundled.calibration());
        try (var cache = new SemanticCache(
                embedder,
                new FlatIndex(embedder.dimension(), Clock.systemUTC()),
                DecisionWiring.of(config, failing, failed).policy(),
                Server.settings(config),
                Clock.systemUTC(),
                (stage, nanos) -> {})) {
            cache.store(
                            query("How do I reset my password?"),
                            () -> Completion.ofText("Click on Forgot password.", "m", null),
                            new StoreOptions(null, List.of(), null))
                    .await(1, TimeUnit.MINUTES);

            Lookup.Miss miss =
                    assertInstanceOf(Lookup.Miss.class, cache.lookup(query("how can i reset my password"), BY_MEANING));

            assertEquals("verifier", miss.reason());
            assertEquals(1, failed.count());
            assertEquals(0, cache.faults());
        }
    }

    private static CacheQuery query(String text) {
        return Prompts.query(new OpenAiChat().ofPrompt(text, "m"), CallerScope.of("ann", "default", null));
    }

    private record FailingScorer(String modelName) implements PairScorer {
        @Override
        public float logOdds(String first, String second) {
            throw new EmbedderException("the model failed");
        }

        @Override
        public About about(String text) {
            return other -> logOdds(text, other);
        }

        @Override
        public void close() {}
    }
}
