package io.reprise.server.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.upstream.Provider.Api;
import io.vertx.core.MultiMap;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose credentials go where. */
class ForwardedHeadersTest {
    private final MultiMap client = MultiMap.caseInsensitiveMultiMap()
            .add("Authorization", "Bearer sk-client")
            .add("X-Api-Key", "sk-ant-client")
            .add("api-key", "azure-client")
            .add("X-Goog-Api-Key", "google-client")
            .add("x-own", "1")
            .add("x-own", "2")
            .add("x-reprise-admin", "secret");

    private static Provider provider(Api api, @Nullable String apiKey, Map<String, String> headers) {
        return new Provider("some", api, URI.create("https://some.example"), apiKey, headers);
    }

    @Test
    void withoutAKey_theClientsOwnCredentialGoes() {
        MultiMap sent = ForwardedHeaders.request(client, provider(Api.OPENAI, null, Map.of()));

        assertEquals("Bearer sk-client", sent.get("authorization"));
        assertEquals("sk-ant-client", sent.get("x-api-key"));
    }

    @Test
    void withAnOpenAiKey_noneOfTheClientsCredentialsGoes() {
        MultiMap sent = ForwardedHeaders.request(client, provider(Api.OPENAI, "sk-own", Map.of()));

        assertEquals(List.of("Bearer sk-own"), sent.getAll("authorization"));
        assertFalse(sent.toString().contains("client"), sent.toString());
    }

    @Test
    void withAnAnthropicKey_noneOfTheClientsCredentialsGoes() {
        MultiMap sent = ForwardedHeaders.request(client, provider(Api.ANTHROPIC, "sk-own", Map.of()));

        assertEquals(List.of("sk-own"), sent.getAll("x-api-key"));
        assertFalse(sent.toString().contains("client"), sent.toString());
    }

    @Test
    void withACredentialAmongTheExtraHeaders_noneOfTheClientsCredentialsGoes() {
        MultiMap sent = ForwardedHeaders.request(client, provider(Api.OPENAI, null, Map.of("api-key", "azure-own")));

        assertEquals(List.of("azure-own"), sent.getAll("api-key"));
        assertFalse(sent.toString().contains("client"), sent.toString());
    }

    @Test
    void extraHeader_replacesTheClientsOfThatName() {
        MultiMap sent = ForwardedHeaders.request(client, provider(Api.OPENAI, null, Map.of("x-own", "ours")));

        assertEquals(List.of("ours"), sent.getAll("x-own"));
    }

    @Test
    void ourOwnHeaders_stayHere() {
        assertNull(ForwardedHeaders.request(client, provider(Api.OPENAI, null, Map.of()))
                .get("x-reprise-admin"));
    }

    @Test
    void provider_showsNoSecret() {
        String shown = provider(Api.OPENAI, "sk-own", Map.of("x-own", "ours")).toString();

        assertTrue(shown.contains("some.example"));
        assertFalse(shown.contains("sk-own") || shown.contains("ours"), shown);
    }
}
