package io.reprise.server.testupstream;

import io.reprise.server.testupstream.Exchange.Ending;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Supplier;

/** One request's way: receive, log, ask the scenario, render, send. Runs on the event loop of the request's connection. */
final class RequestHandler implements Handler<HttpServerRequest> {

    private final Vertx vertx;
    private final UpstreamOptions options;
    private final RequestLog log;
    private final Supplier<Scenario> scenario;
    private final Renderer renderer;

    RequestHandler(Vertx vertx, UpstreamOptions options, RequestLog log, Supplier<Scenario> scenario) {
        this.vertx = vertx;
        this.options = options;
        this.log = log;
        this.scenario = scenario;
        this.renderer = new Renderer(options.clock());
    }

    @Override
    public void handle(HttpServerRequest request) {
        long arrivedNanos = System.nanoTime();
        long number = log.arrived();
        BodyReceiver body = new BodyReceiver(options.retainedBodyBytes());
        request.handler(body::accept);
        request.endHandler(end -> {
            ReceivedRequest received = body.finish(number, request, true);
            answer(request, received, log.received(received), arrivedNanos);
        });
        request.exceptionHandler(broken -> {
            if (!request.isEnded()) {
                log.ended(log.received(body.finish(number, request, false)), Ending.CLIENT_GONE);
            }
        });
    }

    private void answer(
            HttpServerRequest request, ReceivedRequest received, RequestLog.Entry entry, long arrivedNanos) {
        Reply reply = replyTo(received);
        Delivery delivery = reply.delivery();
        boolean gzip = (delivery.gzip() || options.gzip()) && received.acceptsGzip();
        Rendered rendered = BodyShaping.shape(renderer.render(reply.content(), received), delivery, gzip);
        new Transmission(
                        vertx,
                        request,
                        rendered,
                        arrivedNanos,
                        delivery.timing().orElse(options.timing()),
                        delivery,
                        ending -> log.ended(entry, ending))
                .start();
    }

    private Reply replyTo(ReceivedRequest received) {
        try {
            return scenario.get().replyTo(received);
        } catch (RuntimeException e) {
            return Reply.of(new ApiError(500, "scenario failed: " + e, "test_error", null, null, List.of()));
        }
    }
}
