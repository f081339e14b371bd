package io.reprise.server.testupstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A request's body while it arrives: digested in whole, kept in part. Confined to the request's event loop. */
final class BodyReceiver {

    private final MessageDigest digest = Sha256.digest();
    private final int retainedBytes;
    private final Buffer retained = Buffer.buffer();
    private long bytes;

    BodyReceiver(int retainedBytes) {
        this.retainedBytes = retainedBytes;
    }

    void accept(Buffer part) {
        digest.update(part.getBytes());
        bytes += part.length();
        int room = retainedBytes - retained.length();
        if (room >= part.length()) {
            retained.appendBuffer(part);
        } else if (room > 0) {
            retained.appendBuffer(part, 0, room);
        }
    }

    /** The request with what has arrived of its body. To be called once. */
    ReceivedRequest finish(long number, HttpServerRequest request, boolean complete) {
        List<Header> headers = new ArrayList<>(request.headers().size());
        for (Map.Entry<String, String> header : request.headers()) {
            headers.add(new Header(header.getKey(), header.getValue()));
        }
        return new ReceivedRequest(
                number,
                request.method().name(),
                request.uri(),
                headers,
                retained.getBytes(),
                bytes,
                Sha256.hex(digest.digest()),
                complete);
    }
}
