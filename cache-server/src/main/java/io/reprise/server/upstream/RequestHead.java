package io.reprise.server.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;

/**
 * What of a request goes before its body.
 *
 * @param target path and query, without the provider's own prefix
 * @param headers as upstream is to see them; each attempt copies them
 * @param answer how its answer is to arrive
 */
record RequestHead(Provider provider, HttpMethod method, String target, MultiMap headers, Form answer) {
    /** What becomes of an answer on its way here. */
    enum Form {
        /** Its body arrives as it is. */
        UNTOUCHED,
        /** Its body arrives decoded, where it is in one of {@link AcceptEncoding#DECODABLE}. */
        DECODED,
        /** It may turn its connection into one of another protocol, which only HTTP/1.1 can here. */
        UPGRADED
    }
}
