package io.reprise.server.http;

import io.reprise.server.config.Secret;
import io.reprise.server.config.ServerConfig;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends a request. Thread-safe.
 *
 * <p>A principal is a name that the operator gave to credentials, or a keyed hash (HMAC-SHA-256) of the credential, so that neither
 * the data folder nor an entry tells it; the kinds carry a prefix each, so that no name can be mistaken for a hash.
 */
final class Callers {
    private static final String ADMIN_HEADER = "x-reprise-admin";

    private final ServerConfig.Principals principals;
    private final WebPages pages;
    private final @Nullable Secret adminToken;
    private final boolean loopbackAdministers;
    private final SecretKeySpec key;

    /**
     * @param key secret of this data folder, at least 16 bytes
     */
    Callers(ServerConfig config, WebPages pages, byte[] key) {
        this.principals = config.principals();
        this.pages = pages;
        this.adminToken = config.adminToken();
        this.loopbackAdministers = config.adminToken() == null && !config.listensBeyondLoopback();
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    Caller identify(HttpServerRequest request) {
        String credential = credential(request);
        return new Caller(principal(request, credential), credential == null, administrator(request));
    }

    private String principal(HttpServerRequest request, @Nullable String credential) {
        return switch (principals.mode()) {
            case SINGLE -> "single";
            case HEADER -> {
                String header = principals.header();
                String name = header == null ? null : request.getHeader(header);
                yield name == null || name.isBlank() ? "anonymous" : "header:" + name.strip();
            }
            case CREDENTIAL -> {
                if (credential == null) {
                    yield "anonymous";
                }
                String name = principals.nameByCredentialSha256().isEmpty()
                        ? null
                        : principals.nameByCredentialSha256().get(sha256(credential));
                yield name != null ? "name:" + name : "key:" + hmac(credential);
            }
        };
    }

    /** The bearer token or API key; one that is sent in both places is one credential, two different ones are another. */
    private static @Nullable String credential(HttpServerRequest request) {
        String authorization = request.getHeader("authorization");
        String bearer = authorization == null || authorization.isBlank() ? null : withoutScheme(authorization.strip());
        String apiKey = request.getHeader("x-api-key");
        if (apiKey == null || apiKey.isBlank() || apiKey.strip().equals(bearer)) {
            return bearer;
        }
        return bearer == null ? apiKey.strip() : bearer + "\n" + apiKey.strip();
    }

    private static String withoutScheme(String authorization) {
        return authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : authorization;
    }

    private boolean administrator(HttpServerRequest request) {
        if (adminToken != null) {
            String token = request.getHeader(ADMIN_HEADER);
            return token != null
                    && MessageDigest.isEqual(
                            token.getBytes(StandardCharsets.UTF_8),
                            adminToken.value().getBytes(StandardCharsets.UTF_8));
        }
        return loopbackAdministers && comesFromThisMachine(request);
    }

    /**
     * Whether the request was sent on this machine by a program of its own: not by a page that a browser loaded from elsewhere, under
     * whatever name that page gave this machine, and not by a proxy for somebody else.
     */
    private boolean comesFromThisMachine(HttpServerRequest request) {
        SocketAddress remote = request.remoteAddress();
        return remote != null
                && remote.hostAddress() != null
                && InetAddress.ofLiteral(remote.hostAddress()).isLoopbackAddress()
                && WebPages.namesLoopback(request)
                && pages.sender(request) == WebPages.Sender.OURS
                && request.getHeader("x-forwarded-for") == null
                && request.getHeader("forwarded") == null;
    }

    private String hmac(String credential) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return HexFormat.of().formatHex(mac.doFinal(credential.getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static String sha256(String credential) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
