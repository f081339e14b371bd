package io.reprise.server.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.reprise.server.upstream.Provider.Api;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamsTest {
    private static final Provider OPENAI = Provider.openAi(URI.create("https://openai.example"), null, Map.of());
    private static final Provider ANTHROPIC =
            Provider.anthropic(URI.create("https://anthropic.example"), null, Map.of());
    private static final Upstreams UPSTREAMS = new Upstreams(
            OPENAI,
            ANTHROPIC,
            List.of(
                    rule("llamas", Api.OPENAI, List.of("llama-*", "*/llama-?"), List.of()),
                    rule("vectors", Api.OPENAI, List.of(), List.of("/v1/embeddings")),
                    rule("small", Api.OPENAI, List.of("*-mini"), List.of("/v1/chat/*")),
                    rule("rest", Api.OPENAI, List.of("llama-*", "mistral*"), List.of()),
                    rule("claudes", Api.ANTHROPIC, List.of("*"), List.of())));

    private static Upstreams.Rule rule(String name, Api api, List<String> models, List<String> paths) {
        return new Upstreams.Rule(
                new Provider(name, api, URI.create("https://" + name + ".example"), null, Map.of()), models, paths);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/chat/completions, llama-3.1-8b, llamas",
        "/v1/embeddings, llama-3.1-8b, llamas",
        "/v1/chat/completions, meta/llama-?, llamas",
        "/v1/chat/completions, meta/llama-3, openai",
        "/v1/chat/completions, xllama-3, openai",
        "/v1/chat/completions, LLAMA-3, openai",
        "/v1/embeddings, text-embedding-3-small, vectors",
        "/v1/embeddings/, text-embedding-3-small, openai",
        "/v1/chat/completions, gpt-4o-mini, small",
        "/v1/completions, gpt-4o-mini, openai",
        "/v1/chat/completions, mistral, rest",
        "/v1/files, , openai",
        "/v1/embeddings, , vectors",
        ", gpt-4o-mini, openai"
    })
    void openAiCall_goesToTheFirstThatFits(@Nullable String path, @Nullable String model, String name) {
        assertEquals(name, UPSTREAMS.choose(UPSTREAMS.openAi(), path, model).name());
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/messages, claude-sonnet-4-5, claudes",
        "/v1/messages, llama-3, claudes",
        "/v1/embeddings, , anthropic",
        "/v1/messages, , anthropic"
    })
    void anthropicCall_goesToNoneOfAnotherApi(String path, @Nullable String model, String name) {
        assertEquals(name, UPSTREAMS.choose(UPSTREAMS.anthropic(), path, model).name());
    }

    @Test
    void patternsOtherThanStars_standForThemselves() {
        var upstreams = new Upstreams(
                OPENAI, ANTHROPIC, List.of(rule("odd", Api.OPENAI, List.of("a.b(c)[d]\\Q\\E$^*|"), List.of())));

        assertEquals(
                "odd",
                upstreams.choose(OPENAI, "/v1", "a.b(c)[d]\\Q\\E$^anything|").name());
        assertEquals(
                "openai", upstreams.choose(OPENAI, "/v1", "axb(c)[d]\\Q\\E$^|").name());
    }

    @Test
    void ruleThatFitsEverything_isRefused() {
        assertThrows(IllegalArgumentException.class, () -> rule("all", Api.OPENAI, List.of(), List.of()));
    }
}
