package io.reprise.server.testupstream;

import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;

/**
 * A response ready to be sent, once.
 *
 * @param length of the body in bytes; empty where it is sent in chunks
 * @param body its pieces in order
 * @param events whether the pieces are the events of a stream, and paced as tokens are
 */
record Rendered(int status, List<Header> headers, OptionalLong length, Iterator<Buffer> body, boolean events) {

    static Rendered whole(int status, List<Header> headers, byte[] body) {
        return new Rendered(
                status,
                headers,
                OptionalLong.of(body.length),
                List.of(Buffer.buffer(body)).iterator(),
                false);
    }

    static Rendered events(List<Header> headers, Iterator<Buffer> events) {
        return new Rendered(200, headers, OptionalLong.empty(), events, true);
    }
}
