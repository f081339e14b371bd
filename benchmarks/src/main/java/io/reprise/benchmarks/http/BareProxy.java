package io.reprise.benchmarks.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a forwarded call is compared with, a program: a Vert.x proxy that reads each request's body, sends it upstream without its
 * headers and passes the answer on as it comes, and does nothing else.
 *
 * <p>Arguments: the port of upstream, the threads that its handlers run on ({@code event_loop} or {@code virtual_thread}), the number
 * of instances. Prints its port.
 */
public final class BareProxy {
    /** Vert.x takes any free port for a negative one, and the same one for every instance. */
    private static final int ANY_PORT = -1;

    private BareProxy() {}

    public static void main(String[] args) {
        int upstream = Integer.parseInt(args[0]);
        var threads = ThreadingModel.valueOf(args[1].toUpperCase(Locale.ROOT));
        var port = new AtomicInteger();
        var options = new DeploymentOptions().setThreadingModel(threads).setInstances(Integer.parseInt(args[2]));
        Vertx.vertx()
                .deployVerticle(() -> new Instance(upstream, threads, port), options)
                .await();
        System.out.println("http://127.0.0.1:" + port.get() + " listens");
    }

    private static final class Instance extends VerticleBase {
        private final int upstream;
        private final ThreadingModel threads;
        private final AtomicInteger port;

        Instance(int upstream, ThreadingModel threads, AtomicInteger port) {
            this.upstream = upstream;
            this.threads = threads;
            this.port = port;
        }

        @Override
        public Future<?> start() {
            HttpClient client = vertx.createHttpClient();
            return vertx.createHttpServer()
                    .requestHandler(request -> {
                        if (threads == ThreadingModel.VIRTUAL_THREAD) {
                            waiting(client, request);
                        } else {
                            composed(client, request);
                        }
                    })
                    .listen(ANY_PORT, "127.0.0.1")
                    .onSuccess(server -> port.set(server.actualPort()));
        }

        private void composed(HttpClient client, HttpServerRequest request) {
            request.body()
                    .compose(body -> client.request(HttpMethod.POST, upstream, "127.0.0.1", request.uri())
                            .compose(sent -> sent.send(body)))
                    .compose(answer -> answer.pipeTo(answering(request, answer)));
        }

        private void waiting(HttpClient client, HttpServerRequest request) {
            var body = Future.await(request.body());
            HttpClientRequest sent =
                    Future.await(client.request(HttpMethod.POST, upstream, "127.0.0.1", request.uri()));
            HttpClientResponse answer = Future.await(sent.send(body));
            Future.await(answer.pipeTo(answering(request, answer)));
        }

        private static HttpServerResponse answering(HttpServerRequest request, HttpClientResponse answer) {
            return request.response().setChunked(true).putHeader("content-type", answer.getHeader("content-type"));
        }
    }
}
