package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Turns what a reply says into a response to one request: JSON or events, as the request asks. Thread-safe. */
final class Renderer {

    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream; charset=utf-8";
    private static final String BYTES = "application/octet-stream";

    private final Clock clock;

    Renderer(Clock clock) {
        this.clock = clock;
    }

    Rendered render(Content content, ReceivedRequest request) {
        return switch (content) {
            case ChatAnswer answer -> chat(answer, request);
            case ApiError error ->
                Rendered.whole(error.status(), headers(request, JSON, error.headers()), Json.bytes(error.json()));
            case RawBody(int status, String type, byte[] bytes) ->
                Rendered.whole(status, headers(request, type, List.of()), bytes);
            case Content.Echo() -> json(request, echo(request));
            case Content.Embeddings() -> json(request, EmbeddingList.of(request));
            case Content.Models() -> render(ModelList.of(request), request);
            case Download download ->
                new Rendered(
                        200,
                        headers(request, BYTES, List.of()),
                        OptionalLong.of(download.bytes()),
                        download.pieces(),
                        false);
        };
    }

    private Rendered chat(ChatAnswer answer, ReceivedRequest received) {
        ChatRequest request = received.chat();
        Envelope envelope = Envelope.of(received.number(), clock.millis() / 1000, request.model());
        return request.stream()
                ? Rendered.events(
                        headers(received, EVENTS, List.of()),
                        ChatEvents.render(answer, request, envelope).iterator())
                : json(received, ChatBody.json(answer, request, envelope));
    }

    private static ObjectNode echo(ReceivedRequest request) {
        ObjectNode echo = Json.object().put("method", request.method()).put("uri", request.uri());
        ObjectNode headers = echo.putObject("headers");
        for (Header header : request.headers()) {
            headers.withArrayProperty(header.name().toLowerCase(Locale.ROOT)).add(header.value());
        }
        return echo.put("body_bytes", request.bodyBytes()).put("body_sha256", request.bodySha256());
    }

    private static Rendered json(ReceivedRequest request, ObjectNode body) {
        return Rendered.whole(200, headers(request, JSON, List.of()), Json.bytes(body));
    }

    private static List<Header> headers(ReceivedRequest request, String contentType, List<Header> more) {
        return ProviderHeaders.of(request.number(), contentType, more);
    }
}
