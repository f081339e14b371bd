package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.index.EntryFilter;
import io.reprise.server.access.Caller;
import io.reprise.server.access.Callers;
import io.reprise.server.protocol.NativeFields;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.reprise.server.reply.UnreadBody;
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
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Entries out and in, as lines of JSON: {@code GET /v1/cache/export} and {@code POST /v1/cache/import}. */
final class TransferRoutes {
    private static final String NDJSON = "application/x-ndjson";
    /** Each holds a page or a line. Exports have places of their own: a backup waits for nobody's import. */
    private static final int MAX_AT_ONCE = 32;

    private static final int MAX_OF_ONE_PRINCIPAL = 8;

    private final Vertx vertx;
    private final Callers callers;
    private final Exports exports;
    private final Imports imports;
    private final Duration idle;
    private final TransferPlaces exporting = new TransferPlaces(MAX_AT_ONCE, MAX_OF_ONE_PRINCIPAL);
    private final TransferPlaces importing = new TransferPlaces(MAX_AT_ONCE, MAX_OF_ONE_PRINCIPAL);

    /** @param idle how long a sender may take for some kilobytes, or a reader for a page; it may be slow for hours */
    TransferRoutes(Vertx vertx, Callers callers, Exports exports, Imports imports, Duration idle) {
        this.vertx = vertx;
        this.callers = callers;
        this.exports = exports;
        this.imports = imports;
        this.idle = idle;
    }

    void mount(Router router) {
        Reads.route(router, "/v1/cache/export").handler(context -> {
            Caller caller = callers.identify(context.request());
            exporting.in(caller.principal(), () -> exportLines(context, caller));
        });
        router.post("/v1/cache/import").handler(context -> {
            Caller caller = callers.identify(context.request());
            importing.in(caller.principal(), () -> importLines(context, caller));
        });
    }

    private void exportLines(RoutingContext context, Caller caller) {
        HttpServerRequest request = context.request();
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
    private boolean isTaken(HttpServerResponse response, byte[] lines) {
        if (response.closed()) {
            return false;
        }
        // Reset, not ended: a reader that comes back knows the export is torn.
        long deadline = vertx.setTimer(idle.toMillis(), late -> response.reset());
        try {
            return Future.await(
                    response.write(Buffer.buffer(lines)).map(written -> true).otherwise(gone -> false));
        } finally {
            vertx.cancelTimer(deadline);
        }
    }

    private void importLines(RoutingContext context, Caller caller) {
        HttpServerRequest request = context.request();
        Import run = imports.begin(new Importer(
                caller.principal(),
                caller.administrator(),
                Parameters.flag(request, "strict"),
                namespace(request),
                Parameters.text(request, "model"),
                Features.ofHeaders(request)));
        var body = new IncomingBody(request);
        var pace = new ImportPace(idle);
        while (!run.isOver()) {
            Buffer part = next(body, pace);
            if (part == null) {
                break;
            }
            run.feed(part.getBytes());
        }
        ImportReport report = run.finish();
        UnreadBody.discard(vertx, request);
        Replies.json(request.response(), 200, report(report));
    }

    private @Nullable Buffer next(IncomingBody body, ImportPace pace) {
        long deadline = vertx.setTimer(Math.max(1, pace.left().toMillis()), late -> body.giveUp(Problem.idle()));
        long began = System.nanoTime();
        try {
            Buffer part = body.next();
            pace.came(part == null ? 0 : part.length(), Duration.ofNanos(System.nanoTime() - began));
            return part;
        } finally {
            vertx.cancelTimer(deadline);
        }
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
