package io.reprise.server.upstream;

import io.vertx.core.MultiMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Where callers say who they are: the headers and parameters by which upstream, or a gateway on the way to it, may tell
 * them apart.
 *
 * <p>The one list for both of its uses: whose an entry is, and what of a client does not go along with an operator's
 * key. Whatever is
 * not on it never makes two callers of one. {@code docs/security.md} names it.
 */
public final class Credentials {
    /**
     * Where clients of the providers and their relatives put their keys: a key is the same caller's wherever it stands.
     */
    private static final List<String> KEYS = List.of("authorization", "x-api-key", "api-key", "x-goog-api-key");

    /** Keys of gateways, and what proxies that have authenticated somebody say of them. */
    private static final List<String> OTHERS = List.of(
            "anthropic-api-key",
            "apikey",
            "cf-access-client-id",
            "cf-access-client-secret",
            "cf-access-jwt-assertion",
            "cf-access-token",
            "cf-aig-authorization",
            "gateway-api-key",
            "helicone-auth",
            "litellm-api-key",
            "ocp-apim-subscription-key",
            "openai-api-key",
            "private-token",
            "proxy-authorization",
            "remote-user",
            "subscription-key",
            "x-access-token",
            "x-amz-security-token",
            "x-amzn-oidc-accesstoken",
            "x-amzn-oidc-data",
            "x-amzn-oidc-identity",
            "x-anthropic-api-key",
            "x-api-token",
            "x-apikey",
            "x-app-key",
            "x-auth-key",
            "x-auth-request-access-token",
            "x-auth-request-email",
            "x-auth-request-user",
            "x-auth-token",
            "x-authorization",
            "x-azure-api-key",
            "x-bf-vk",
            "x-client-id",
            "x-client-secret",
            "x-forwarded-access-token",
            "x-forwarded-authorization",
            "x-forwarded-client-cert",
            "x-forwarded-email",
            "x-forwarded-preferred-username",
            "x-forwarded-user",
            "x-functions-key",
            "x-gateway-api-key",
            "x-goog-iap-jwt-assertion",
            "x-ibm-client-id",
            "x-ibm-client-secret",
            "x-litellm-api-key",
            "x-litellm-key",
            "x-ms-client-principal",
            "x-ms-client-principal-id",
            "x-ms-client-principal-name",
            "x-ms-token-aad-access-token",
            "x-ms-token-aad-id-token",
            "x-openai-api-key",
            "x-portkey-api-key",
            "x-portkey-virtual-key",
            "x-rapidapi-key",
            "x-remote-user",
            "x-secret-key",
            "x-serverless-authorization",
            "x-session-token",
            "x-subscription-key",
            "x-token",
            "x-user-token",
            "x-virtual-key",
            "x-zumo-auth");

    private static final String COOKIE = "cookie";

    private static final Set<String> PARAMETERS = Set.of(
            "access_token",
            "api-key",
            "api_key",
            "apikey",
            "auth",
            "auth_token",
            "code",
            "key",
            "ocp-apim-subscription-key",
            "sig",
            "subscription-key",
            "token");

    /** Cookies that only tell a load balancer which machine is next, by their lower-case names. */
    private static final Set<String> BALANCING = Set.of(
            "__cf_bm",
            "__cflb",
            "__cfruid",
            "_cfuvid",
            "applicationgatewayaffinity",
            "applicationgatewayaffinitycors",
            "arraffinity",
            "arraffinitysamesite",
            "awsalb",
            "awsalbapp-0",
            "awsalbapp-1",
            "awsalbapp-2",
            "awsalbapp-3",
            "awsalbcors",
            "awsalbtg",
            "awsalbtgcors",
            "awselb",
            "awselbcors",
            "gaesa",
            "gclb",
            "ingresscookie",
            "lb",
            "route",
            "routeid",
            "serverid");

    /** Such cookies whose names end in something of their own. */
    private static final List<String> BALANCING_BEGINNINGS =
            List.of("bigipserver", "nlbi_", "incap_ses_", "visid_incap_");

    private static final Set<String> HEADERS = union();

    private Credentials() {}

    /** The headers, by their lower-case names. */
    public static Set<String> headers() {
        return HEADERS;
    }

    /** Whether a provider's key is sent in this header, by its lower-case name. */
    static boolean isKey(String header) {
        return KEYS.contains(header);
    }

    /** The different keys that a request's headers for keys have, without {@code Bearer}. */
    public static SortedSet<String> keys(MultiMap headers) {
        SortedSet<String> keys = new TreeSet<>();
        for (String name : KEYS) {
            for (String value : headers.getAll(name)) {
                add(keys, "", name.equals("authorization") ? withoutBearer(value.strip()) : value.strip());
            }
        }
        return keys;
    }

    /**
     * What a request says of who sends it, in one form for all orders and spellings; null where it says nothing.
     *
     * <p>A key that stands alone is itself. All else has a line's end and the name of its header before it. Two that
     * say different
     * things are another caller than either.
     *
     * @param query as it came, or null
     */
    public static @Nullable String of(MultiMap headers, @Nullable String query) {
        SortedSet<String> keys = keys(headers);
        SortedSet<String> others = new TreeSet<>();
        for (String name : OTHERS) {
            for (String value : headers.getAll(name)) {
                add(others, name + ": ", value.strip());
            }
        }
        addParameters(others, query);
        addCookies(others, headers.getAll(COOKIE), !keys.isEmpty());
        if (keys.isEmpty() && others.isEmpty()) {
            return null;
        }
        // No key has a line's end, so none can pass for another header's line.
        StringBuilder all = new StringBuilder(String.join("\n", keys));
        others.forEach(line -> all.append('\n').append(line));
        return all.toString();
    }

    private static void add(Set<String> into, String prefix, String value) {
        if (!value.isEmpty()) {
            into.add(prefix + value);
        }
    }

    private static String withoutBearer(String authorization) {
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : authorization;
    }

    private static void addParameters(Set<String> into, @Nullable String query) {
        if (query == null || query.isEmpty()) {
            return;
        }
        for (String pair : query.split("[&;]", -1)) {
            String name = name(pair);
            int equals = pair.indexOf('=');
            if (PARAMETERS.contains(name) && equals >= 0) {
                // As it came: what is decoded may hold a line's end.
                add(into, "?" + name + "=", pair.substring(equals + 1));
            }
        }
    }

    private static String name(String pair) {
        int equals = pair.indexOf('=');
        return decoded(equals < 0 ? pair : pair.substring(0, equals)).toLowerCase(Locale.ROOT);
    }

    /** A request's target without the parameters that say who sends it; all else as it came. */
    static String withoutParameters(String target) {
        int query = target.indexOf('?');
        if (query < 0) {
            return target;
        }
        StringBuilder kept = new StringBuilder();
        int from = query;
        while (from < target.length()) {
            int end = from + 1;
            while (end < target.length() && target.charAt(end) != '&' && target.charAt(end) != ';') {
                end++;
            }
            if (!PARAMETERS.contains(name(target.substring(from + 1, end)))) {
                kept.append(kept.isEmpty() ? '?' : target.charAt(from)).append(target, from + 1, end);
            }
            from = end;
        }
        return target.substring(0, query) + kept;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }

    /**
     * Cookies that only balance load change with each answer: beside anything else that tells who asks, they say
     * nothing.
     */
    private static void addCookies(Set<String> into, List<String> headers, boolean besideAKey) {
        Set<String> telling = new TreeSet<>();
        Set<String> balancing = new TreeSet<>();
        for (String header : headers) {
            for (String cookie : header.split(";", -1)) {
                add(isBalancing(cookie) ? balancing : telling, "cookie: ", cookie.strip());
            }
        }
        boolean aloneInThis = !besideAKey && into.isEmpty() && telling.isEmpty();
        into.addAll(telling);
        if (aloneInThis) {
            into.addAll(balancing);
        }
    }

    private static boolean isBalancing(String cookie) {
        int equals = cookie.indexOf('=');
        String name =
                (equals < 0 ? cookie : cookie.substring(0, equals)).strip().toLowerCase(Locale.ROOT);
        return BALANCING.contains(name) || BALANCING_BEGINNINGS.stream().anyMatch(name::startsWith);
    }

    private static Set<String> union() {
        SortedSet<String> all = new TreeSet<>(KEYS);
        all.addAll(OTHERS);
        all.add(COOKIE);
        return Set.copyOf(all);
    }
}
