package io.reprise.server.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a request goes: the upstream's URL and the request's path together. */
class ProviderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://api.openai.com | /v1/chat/completions | /v1/chat/completions",
                "https://api.openai.com/ | /v1/models?limit=1 | /v1/models?limit=1",
                "https://api.groq.com/openai | /v1/chat/completions | /openai/v1/chat/completions",
                "https://api.groq.com/openai/v1 | /v1/chat/completions | /openai/v1/chat/completions",
                "https://host/v1 | /v1/chat/completions | /v1/chat/completions",
                "https://host/v1/ | /v1/models/m?a=b | /v1/models/m?a=b",
                "https://host/v1beta/openai | /v1/chat/completions | /v1beta/openai/chat/completions",
                "https://host/v1beta/openai/ | /v1/embeddings | /v1beta/openai/embeddings",
                "https://host/api/paas/v4 | /v1/chat/completions | /api/paas/v4/chat/completions",
                "https://host/API/V3 | /v1/chat/completions | /API/V3/chat/completions",
                "https://host/api/v1 | /v1/messages/count_tokens?beta=true | /api/v1/messages/count_tokens?beta=true",
                "https://host/prefix | /v1/chat/completions | /prefix/v1/chat/completions",
                "https://host/video | /v1/chat/completions | /video/v1/chat/completions",
                "https://host/v1/proxy | /v1/chat/completions | /v1/proxy/v1/chat/completions",
                "https://host/v1 | /v2/rerank | /v1/v2/rerank",
                "https://host | /openai/deployments/d/chat/completions?api-version=1 |"
                        + " /openai/deployments/d/chat/completions?api-version=1",
                "https://host/openai | /openai/deployments/d/embeddings | /openai/deployments/d/embeddings",
                "https://host/openai/v1 | /openai/deployments/d/embeddings | /openai/deployments/d/embeddings",
                "https://host/gw | /openai/deployments/d/embeddings | /gw/openai/deployments/d/embeddings",
                "https://host/gw/openai | /openai/deployments/d/embeddings | /gw/openai/deployments/d/embeddings",
                "https://me.openai.azure.com | /v1/chat/completions | /openai/v1/chat/completions",
                "https://me.openai.azure.com/openai/v1 | /v1/chat/completions | /openai/v1/chat/completions",
                "https://me.openai.azure.com | /openai/deployments/d/chat/completions |"
                        + " /openai/deployments/d/chat/completions",
            })
    void pathOfARequest_isAppendedToTheUpstreams(String url, String request, String target) {
        assertEquals(target, Provider.openAi(URI.create(url), null, Map.of()).path(request));
    }

    @Test
    void keyInTheQuery_goesWithTheCallersOwnAlone() {
        URI url = URI.create("https://host");
        Provider forwarding = Provider.openAi(url, null, Map.of());

        assertEquals("/v1/models?key=k", forwarding.path("/v1/models?key=k"));
        assertEquals("/v1/models", forwarding.withApiKey("sk-own").path("/v1/models?key=k"));
        assertEquals(
                "/v1/models",
                Provider.openAi(url, null, Map.of("api-key", "own")).path("/v1/models?key=k"));
    }
}
