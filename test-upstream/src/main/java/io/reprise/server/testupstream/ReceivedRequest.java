package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A request as it arrived. Immutable.
 *
 * @param number 1 for the first request of this upstream, in the order in which their heads arrived
 * @param uri path and query as sent
 * @param headers in the order sent
 * @param body the first bytes of the body, up to {@link UpstreamOptions#retainedBodyBytes()}; not to be changed
 * @param bodyBytes length of the whole body
 * @param bodySha256 of the whole body, in lower-case hex
 * @param complete false when the client went away before the end of the body, which {@code body}, {@code bodyBytes} and
 *     {@code bodySha256} then lack
 */
public record ReceivedRequest(
        long number,
        String method,
        String uri,
        List<Header> headers,
        byte[] body,
        long bodyBytes,
        String bodySha256,
        boolean complete) {

    public ReceivedRequest {
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(uri, "uri");
        headers = List.copyOf(headers);
        Objects.requireNonNull(body, "body");
        Objects.requireNonNull(bodySha256, "bodySha256");
    }

    /** The URI without its query. */
    public String path() {
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    /** The first value of this header. */
    public Optional<String> header(String name) {
        for (Header header : headers) {
            if (header.isNamed(name)) {
                return Optional.of(header.value());
            }
        }
        return Optional.empty();
    }

    /** Every value of this header, in the order sent. */
    public List<String> headerValues(String name) {
        return headers.stream().filter(h -> h.isNamed(name)).map(Header::value).toList();
    }

    /** The body's JSON; empty when it is not one JSON value or is longer than what was kept of it. Parsed at each call. */
    public Optional<JsonNode> json() {
        return bodyBytes == body.length ? Json.parse(body) : Optional.empty();
    }

    /** What an answer in text needs to know of this request; missing or mistyped fields are as if they were absent. */
    public Question question() {
        return Question.of(this);
    }

    boolean acceptsGzip() {
        return header("accept-encoding").filter(v -> v.contains("gzip")).isPresent();
    }

    @Override
    public String toString() {
        return "#" + number + " " + method + " " + uri + " (" + bodyBytes + " bytes)";
    }
}
