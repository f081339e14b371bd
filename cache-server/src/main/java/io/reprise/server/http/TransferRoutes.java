package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.index.EntryFilter;
import io.reprise.server.protocol.NativeFields;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.transfer.Exports;
import io.reprise.server.transfer.Import;
import io.reprise.server.transfer.ImportReport;
import io.reprise.server.transfer.Importer;
import io.reprise.server.transfer.Imports;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Entries out and in, as lines of JSON: {@code GET /v1/cache/export} and {@code POST /v1/cache/import}. */
final class TransferRoutes {
    private static final String NDJSON = "application/x-ndjson";
    /** Each holds a page or a line; readers and senders may be slow for hours. */
    private static final int MAX_AT_ONCE = 32;

    private final Vertx vertx;
    private final Callers callers;
    private final Exports exports;
    private final Imports imports;
    private final Semaphore places = new Semaphore(MAX_AT_ONCE);

    TransferRoutes(Vertx vertx, Callers callers, Exports exports, Imports imports) {
        this.vertx = vertx;
        this.callers = callers;
        this.exports = exports;
        this.imports = imports;
    }

    void mount(Router router) {
        Reads.route(router, "/v1/cache/export").handler(context -> inPlace(() -> exportLines(context)));
        router.post("/v1/cache/import").handler(context -> inPlace(() -> importLines(context)));
    }

    private void inPlace(Runnable transfer) {
        if (!places.tryAcquire()) {
            throw Problem.overloaded();
        }
        try {
            transfer.run();
        } finally {
            places.release();
        }
    }

    private void exportLines(RoutingContext context) {
        HttpServerRequest request = context.request();
        Caller caller = callers.identify(request);
        String principal = Parameters.principal(request, caller);
        var order = new Exports.Order(
                new EntryFilter(
                        principal,
                        Parameters.text(request, "namespace"),
                        Parameters.text(request, "tag"),
                        Parameters.text(request, "model"),
                        null),
                Parameters.id(request, "after"),
                caller.administrator(),
                Parameters.flag(request, "vectors"));
        HttpServerResponse response = request.response();
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader("content-type", NDJSON).end();
            return;
        }
        exports.write(order, lines -> {
            if (!response.headWritten()) {
                response.setChunked(true).putHeader("content-type", NDJSON);
            }
            return isTaken(response, lines);
        });
        if (!response.closed()) {
            response.end();
        }
    }

    /** Waits until the reader's connection has taken the lines: a page is all that is ever on its way. */
    private static boolean isTaken(HttpServerResponse response, byte[] lines) {
        if (response.closed()) {
            return false;
        }
        return Future.await(
                response.write(Buffer.buffer(lines)).map(written -> true).otherwise(gone -> false));
    }

    private void importLines(RoutingContext context) {
        HttpServerRequest request = context.request();
        Caller caller = callers.identify(request);
        Import run = imports.begin(new Importer(
                caller.principal(),
                caller.administrator(),
                Parameters.flag(request, "strict"),
                namespace(request),
                Parameters.text(request, "model"),
                Features.ofHeaders(request)));
        var body = new IncomingBody(request);
        while (!run.isOver()) {
            Buffer part = body.next();
            if (part == null) {
                break;
            }
            run.feed(part.getBytes());
        }
        ImportReport report = run.finish();
        UnreadBody.discard(vertx, request);
        Replies.json(request.response(), 200, report(report));
    }

    private static @Nullable String namespace(HttpServerRequest request) {
        String namespace = Parameters.text(request, "namespace");
        if (namespace != null && !NativeFields.NAMESPACE.matcher(namespace).matches()) {
            throw Problem.invalid("namespace", "must be 1 to 128 of A-Z a-z 0-9 . _ : -");
        }
        return namespace;
    }

    private static ObjectNode report(ImportReport report) {
        ObjectNode answer = StrictJson.object()
                .put("imported", report.imported())
                .put("skipped", report.skipped())
                .put("failed", report.failed());
        ArrayNode problems = answer.putArray("problems");
        report.problems()
                .forEach(problem ->
                        problems.addObject().put("line", problem.line()).put("problem", problem.problem()));
        return answer;
    }
}
