package io.reprise.server.upstream;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One upstream API.
 *
 * @param name short name, in scopes and logs
 * @param api whose calls it takes
 * @param origin http or https, host, perhaps a port and a path prefix; a request's path is appended as it came
 * @param apiKey sent in place of the client's own credential; null passes the client's on
 * @param headers set on every request in place of the client's, by their lower-case name; like the key, they may be secret
 */
public record Provider(
        String name, Api api, URI origin, @Nullable String apiKey, Map<String, String> headers) {
    /** A provider's dialect: where its credential goes, and the shape of its errors. */
    public enum Api {
        OPENAI,
        ANTHROPIC
    }

    public Provider {
        requireNonNull(name, "name");
        requireNonNull(api, "api");
        requireNonNull(origin, "origin");
        headers = Map.copyOf(headers);
    }

    /** The upstream of all OpenAI-compatible calls that no other one takes. */
    public static Provider openAi(URI origin, @Nullable String apiKey, Map<String, String> headers) {
        return new Provider("openai", Api.OPENAI, origin, apiKey, headers);
    }

    /** The upstream of all Anthropic-compatible calls that no other one takes. */
    public static Provider anthropic(URI origin, @Nullable String apiKey, Map<String, String> headers) {
        return new Provider("anthropic", Api.ANTHROPIC, origin, apiKey, headers);
    }

    /** The same with another credential. */
    public Provider withApiKey(String other) {
        return new Provider(name, api, origin, other, headers);
    }

    /**
     * Whether calls are made with the operator's key, whoever asks; a gateway's header beside the client's key is none.
     */
    public boolean hasKeyOfItsOwn() {
        return apiKey != null || headers.keySet().stream().anyMatch(Credentials::isKey);
    }

    /**
     * Whether an answer of this status shows that upstream knows the caller: it does not see who asks with the
     * operator's key.
     */
    public boolean knowsCallerBy(int status) {
        return status / 100 == 2 && !hasKeyOfItsOwn();
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

    /** Never shows a credential or a header. */
    @Override
    public String toString() {
        return name + " at " + origin;
    }
}
