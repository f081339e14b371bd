package io.reprise.server.http.ui;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The dashboard's files, from the program itself. Thread-safe. */
final class Assets {
    /** What a page of ours may do: nothing but load from here, and nothing that stands in its text (CSP, level 3). */
    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    private static final Pattern NAME =
            Pattern.compile("[a-z][a-z0-9-]*(/[a-z][a-z0-9-]*)?(\\.min)?\\.(html|js|css|svg|txt)");
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8");

    /**
     * A file.
     *
     * @param tag of these bytes, in quotes (RFC 9110, section 8.8.3)
     */
    private record Asset(byte[] bytes, String type, String tag) {}

    private final Map<String, Asset> byName = new ConcurrentHashMap<>();

    /** Answers with a file, or returns false where there is none of that name. */
    boolean send(HttpServerRequest request, String name, int status) {
        Asset asset = byName.get(name);
        if (asset == null) {
            asset = read(name);
            if (asset == null) {
                return false;
            }
            byName.put(name, asset);
        }
        HttpServerResponse response = request.response();
        secure(response)
                .putHeader("cache-control", "no-cache")
                .putHeader("etag", asset.tag())
                .putHeader("content-type", asset.type());
        if (status == 200 && asset.tag().equals(request.getHeader("if-none-match"))) {
            response.setStatusCode(304).end();
        } else {
            response.setStatusCode(status).end(Buffer.buffer(asset.bytes()));
        }
        return true;
    }

    /** Says what a browser may do with an answer. */
    static HttpServerResponse secure(HttpServerResponse response) {
        return response.putHeader("content-security-policy", POLICY)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cross-origin-opener-policy", "same-origin");
    }

    private static @Nullable Asset read(String name) {
        if (!NAME.matcher(name).matches()) {
            return null;
        }
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            return new Asset(bytes, String.valueOf(type), '"' + digest(bytes) + '"');
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name + " of the program itself", e);
        }
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 16);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
