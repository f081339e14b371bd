package io.reprise.server.upstream;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One upstream API.
 *
 * @param name short name, in scopes and logs
 * @param api whose calls it takes
 * @param origin http or https, host, perhaps a port and a path prefix; a request's path is appended as it came, but that a version at
 *     the prefix's end, as in {@code /v1} or {@code /v1beta/openai}, takes the place of the path's {@code /v1}
 * @param apiKey sent in place of the client's own credential; null passes the client's on
 * @param headers set on every request in place of the client's, by their lower-case name; like the key, they may be secret
 */
public record Provider(
        String name, Api api, URI origin, @Nullable String apiKey, Map<String, String> headers) {
    private static final Pattern VERSION_AT_END = Pattern.compile("(?i)/v[0-9][a-z0-9]*+(/openai)?+$");
    private static final String OF_AZURE = "/openai";

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

    /** Whether it is one of Azure's, whose API has {@code /openai} before the version, and a header of its own for keys. */
    boolean isAzure() {
        return origin.getHost().toLowerCase(Locale.ROOT).endsWith(".azure.com");
    }

    /** Where a request goes; with the operator's key, the client's keys in its query do not. */
    String path(String target) {
        String requestUri = hasKeyOfItsOwn() ? Credentials.withoutParameters(target) : target;
        String prefix = origin.getRawPath() == null ? "" : origin.getRawPath();
        if (prefix.endsWith("/")) {
            prefix = prefix.substring(0, prefix.length() - 1);
        }
        if (requestUri.startsWith(OF_AZURE + "/")) {
            // Azure's own path, which begins where the host's begins.
            String before = VERSION_AT_END.matcher(prefix).replaceFirst("");
            return withoutEnd(before, OF_AZURE) + requestUri;
        }
        if (requestUri.startsWith("/v1/") && VERSION_AT_END.matcher(prefix).find()) {
            return prefix + requestUri.substring("/v1".length());
        }
        return prefix.isEmpty() && isAzure() ? OF_AZURE + requestUri : prefix + requestUri;
    }

    private static String withoutEnd(String text, String end) {
        return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
    }

    /** Never shows a credential or a header. */
    @Override
    public String toString() {
        return name + " at " + origin;
    }
}
