package io.reprise.server.access;

import static java.util.Objects.requireNonNull;

import io.reprise.server.config.Secret;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.ledger.Payer;
import io.reprise.server.reply.Problem;
import io.reprise.server.upstream.Credentials;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who sends a request. Thread-safe.
 *
 * <p>A principal is a name that the operator gave to credentials, or a keyed hash (HMAC-SHA-256) of the credential, so that neither
 * the data folder nor an entry tells it; the kinds carry a prefix each, so that no name can be mistaken for a hash.
 * Nobody is an
 * administrator by where a request comes from: a proxy on this machine may send it for anybody.
 */
public final class Callers {
    private static final String ADMIN_HEADER = "x-reprise-admin";

    private final ServerConfig.Principals principals;
    private final byte[] adminToken;
    private final SecretKeySpec key;

    /**
     * @param adminToken what administrators send
     * @param key secret of this data folder, at least 16 bytes
     */
    public Callers(ServerConfig.Principals principals, Secret adminToken, byte[] key) {
        this.principals = principals;
        this.adminToken = adminToken.value().getBytes(StandardCharsets.UTF_8);
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    /**
     * Who sends a request.
     *
     * @throws Problem where a proxy has to name the caller, and does not, or names two
     */
    public Caller identify(HttpServerRequest request) {
        String credential = Credentials.of(request.headers(), request.query());
        boolean administrator = administers(request);
        return new Caller(
                principal(request, credential, administrator), Payer.NOBODY, credential == null, administrator);
    }

    /** Whether an administrator sends a request. */
    public boolean administers(HttpServerRequest request) {
        List<String> tokens = request.headers().getAll(ADMIN_HEADER);
        return tokens.size() == 1
                && MessageDigest.isEqual(tokens.getFirst().getBytes(StandardCharsets.UTF_8), adminToken);
    }

    private String principal(HttpServerRequest request, @Nullable String credential, boolean administrator) {
        return switch (principals.mode()) {
            case SINGLE -> "single";
            case HEADER -> named(request, requireNonNull(principals.header()), administrator);
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

    /** Of two names, one is not the proxy's; without one, all who get past the proxy would share. */
    private static String named(HttpServerRequest request, String header, boolean administrator) {
        List<String> names = request.headers().getAll(header);
        if (names.isEmpty() && administrator) {
            return "administrator";
        }
        if (names.size() > 1) {
            throw Problem.callerNamedTwice(header);
        }
        if (names.isEmpty() || names.getFirst().isBlank()) {
            throw Problem.callerNotNamed(header);
        }
        return "header:" + names.getFirst().strip();
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
