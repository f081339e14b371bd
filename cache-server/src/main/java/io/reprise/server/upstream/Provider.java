package io.reprise.server.upstream;

import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One upstream API.
 *
 * @param name short name, in scopes and logs
 * @param origin http or https, host, perhaps a port and a path prefix; a request's path is appended as it came
 * @param credentialHeader the header in which the operator's key goes, when there is one
 * @param credential that header's value, sent in place of the client's own credential; null passes the client's on
 */
public record Provider(
        String name,
        URI origin,
        String credentialHeader,
        @Nullable String credential) {

    /** An OpenAI-compatible API. */
    public static Provider openAi(URI origin, @Nullable String apiKey) {
        return new Provider("openai", origin, "authorization", apiKey == null ? null : "Bearer " + apiKey);
    }

    /** An Anthropic-compatible API. */
    public static Provider anthropic(URI origin, @Nullable String apiKey) {
        return new Provider("anthropic", origin, "x-api-key", apiKey);
    }

    boolean tls() {
        return origin.getScheme().toLowerCase(Locale.ROOT).equals("https");
    }

    int port() {
        return origin.getPort() >= 0 ? origin.getPort() : tls() ? 443 : 80;
    }

    String path(String requestUri) {
        String prefix = origin.getRawPath() == null ? "" : origin.getRawPath();
        return prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) + requestUri : prefix + requestUri;
    }

    /** Never shows the credential. */
    @Override
    public String toString() {
        return name + " at " + origin;
    }
}
