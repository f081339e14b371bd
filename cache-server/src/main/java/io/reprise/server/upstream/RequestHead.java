package io.reprise.server.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;

/**
 * What of a request goes before its body.
 *
 * @param target path and query, without the provider's own prefix
 * @param headers as upstream is to see them; each attempt copies them
 * @param decoded whether the answer's body is to arrive decoded, where it is in one of {@link AcceptEncoding#DECODABLE}
 */
record RequestHead(Provider provider, HttpMethod method, String target, MultiMap headers, boolean decoded) {}
