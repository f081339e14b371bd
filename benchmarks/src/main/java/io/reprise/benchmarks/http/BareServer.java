package io.reprise.benchmarks.http;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a hit is compared with, a program: a Vert.x server that reads each request's body and answers with the same headers and bytes
 * every time, on event loops, without routes.
 *
 * <p>Arguments: the file with the headers, a line each, the file with the body, the number of instances. Prints its port.
 */
public final class BareServer {
    /** Vert.x takes any free port for a negative one, and the same one for every instance. */
    private static final int ANY_PORT = -1;

    private BareServer() {}

    public static void main(String[] args) throws IOException {
        List<String> headers = Files.readAllLines(Path.of(args[0]), StandardCharsets.ISO_8859_1);
        byte[] body = Files.readAllBytes(Path.of(args[1]));
        var port = new AtomicInteger();
        Vertx vertx = Vertx.vertx();
        var options = new DeploymentOptions().setInstances(Integer.parseInt(args[2]));
        vertx.deployVerticle(() -> new Instance(headers, body, port), options)
                .onComplete(deployed -> System.out.println(
                        deployed.succeeded()
                                ? "http://127.0.0.1:" + port.get() + " listens"
                                : deployed.cause().toString()));
    }

    private static final class Instance extends VerticleBase {
        private final List<String> headers;
        private final byte[] body;
        private final AtomicInteger port;

        Instance(List<String> headers, byte[] body, AtomicInteger port) {
            this.headers = headers;
            this.body = body;
            this.port = port;
        }

        @Override
        public Future<?> start() {
            return vertx.createHttpServer(
                            new HttpServerOptions().setHost("127.0.0.1").setPort(ANY_PORT))
                    .requestHandler(request -> request.body().onSuccess(read -> {
                        MultiMap answer = request.response().headers();
                        for (String header : headers) {
                            int colon = header.indexOf(':');
                            answer.add(header.substring(0, colon), header.substring(colon + 2));
                        }
                        request.response().end(Buffer.buffer(body));
                    }))
                    .listen()
                    .onSuccess(server -> port.set(server.actualPort()));
        }
    }
}
