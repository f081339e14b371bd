package io.reprise.server.testupstream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
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
            case MessageAnswer answer -> message(answer, request);
            case ResponseAnswer answer -> response(answer, request);
            case ApiError error -> error(error, request);
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

    private Rendered chat(ChatAnswer answer, ReceivedRequest request) {
        Question question = request.question();
        return switch (question.wire()) {
            case CHAT -> {
                Envelope envelope = envelope(request, question);
                yield question.stream()
                        ? events(request, ChatEvents.render(answer, question, envelope))
                        : json(request, ChatBody.json(answer, question, envelope));
            }
            case COMPLETIONS -> {
                TextCompletion completion = new TextCompletion(answer, question, envelope(request, question));
                yield question.stream() ? events(request, completion.events()) : json(request, completion.json());
            }
            case RESPONSES -> response(ResponseAnswer.of(answer), request);
            case MESSAGES -> message(MessageAnswer.of(answer), request);
        };
    }

    private Rendered response(ResponseAnswer answer, ReceivedRequest request) {
        Question question = request.question();
        ResponseBody body = new ResponseBody(answer, question, envelope(request, question), request);
        return question.stream() ? events(request, ResponseEvents.render(answer, body)) : json(request, body.ended());
    }

    private Rendered message(MessageAnswer answer, ReceivedRequest request) {
        Question question = request.question();
        Envelope envelope = envelope(request, question);
        return question.stream()
                ? events(request, MessageEvents.render(answer, question, envelope))
                : json(request, MessageBody.json(answer, question, envelope));
    }

    private Envelope envelope(ReceivedRequest request, Question question) {
        return Envelope.of(request.number(), clock.millis() / 1000, question);
    }

    private static Rendered error(ApiError error, ReceivedRequest request) {
        return Rendered.whole(
                error.status(),
                headers(request, JSON, error.headers()),
                Json.bytes(error.json(Wire.of(request), ProviderHeaders.requestId(request.number()))));
    }

    private static Rendered events(ReceivedRequest request, List<Buffer> events) {
        return Rendered.events(headers(request, EVENTS, List.of()), events.iterator());
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
        return ProviderHeaders.of(request, contentType, more);
    }
}
