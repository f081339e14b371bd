package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.Caller;
import io.reprise.server.access.Callers;
import io.reprise.server.ledger.LedgerException;
import io.reprise.server.ledger.PicoDollars;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.reprise.server.requests.CallFilter;
import io.reprise.server.requests.LogReading;
import io.reprise.server.requests.LoggedCall;
import io.reprise.server.requests.OneRequest;
import io.reprise.server.requests.RequestLog;
import io.reprise.server.requests.RequestQuery;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The log of calls: {@code GET /v1/requests} and {@code /v1/requests/{id}}. */
final class RequestRoutes {
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 10_000;
    private static final Pattern STATUS = Pattern.compile("([1-5])([0-9]{2}|xx)");

    private final Callers callers;
    private final @Nullable RequestLog requests;

    /** @param requests null where no calls are logged */
    RequestRoutes(Callers callers, @Nullable RequestLog requests) {
        this.callers = callers;
        this.requests = requests;
    }

    void mount(Router router) {
        Reads.route(router, "/v1/requests").handler(this::list);
        Reads.route(router, "/v1/requests/:id").handler(this::one);
    }

    private void list(RoutingContext context) {
        HttpServerRequest request = context.request();
        Caller own = owner(request);
        RequestQuery query = query(request, own);
        boolean csv = Parameters.csv(request);
        RequestQuery.Page page = answer(requests, query);
        String next = page.next() == null ? null : page.next().toString();
        if (csv) {
            var lines = new Csv(LoggedCall.fields());
            page.calls().forEach(call -> lines.line(call.cells()));
            if (next != null) {
                context.response().putHeader("x-reprise-next", next);
            }
            lines.send(context.response());
            return;
        }
        ObjectNode answer = StrictJson.object();
        ArrayNode items = answer.putArray("items");
        page.calls().forEach(call -> items.add(call.json()));
        Replies.json(context.response(), 200, answer.put("next", next));
    }

    private void one(RoutingContext context) {
        Caller own = owner(context.request());
        String id = context.pathParam("id");
        ObjectNode call = answer(
                        requests,
                        new OneRequest(
                                id,
                                own == null ? null : own.principal(),
                                own == null ? null : own.payer().key()))
                .orElseThrow(() -> Problem.notFound("No call has this id, or it is kept no more."));
        Replies.json(context.response(), 200, call);
    }

    /** Asks the log, or tells why it cannot be asked. */
    static <T> T answer(@Nullable RequestLog requests, LogReading<T> reading) {
        if (requests == null) {
            throw Problem.notFound("No calls are logged here: requests.log is off.");
        }
        try {
            return Future.await(Future.fromCompletionStage(requests.read(reading)));
        } catch (LedgerException e) {
            throw new Problem(503, "Log not read", String.valueOf(e.getMessage()), List.of());
        }
    }

    /** Null for an administrator, who sees everything; a virtual key sees its own calls. */
    private @Nullable Caller owner(HttpServerRequest request) {
        Caller caller = callers.identify(request);
        if (caller.administrator()) {
            return null;
        }
        if (caller.payer().key() == null) {
            throw Problem.forbidden();
        }
        return caller;
    }

    private static RequestQuery query(HttpServerRequest request, @Nullable Caller own) {
        Matcher status = status(request);
        String cursor = Parameters.text(request, "cursor");
        RequestQuery.Cursor from = cursor == null ? null : RequestQuery.Cursor.parse(cursor);
        if (cursor != null && from == null) {
            throw Problem.invalid("cursor", "must be the next of an answer");
        }
        CallFilter filter = Parameters.calls(request);
        return new RequestQuery(
                Parameters.instant(request, "from", false),
                Parameters.instant(request, "to", true),
                own == null ? filter : filter.withKey(own.payer().key()),
                status == null ? null : bound(status, "00"),
                status == null ? null : bound(status, "99"),
                minCost(request),
                own == null ? Parameters.text(request, "principal") : own.principal(),
                Parameters.text(request, "request_id"),
                Parameters.number(request, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT),
                from);
    }

    private static @Nullable Matcher status(HttpServerRequest request) {
        String text = Parameters.text(request, "status");
        if (text == null) {
            return null;
        }
        Matcher status = STATUS.matcher(text);
        if (!status.matches()) {
            throw Problem.invalid("status", "must be a status such as 429, or a kind of them such as 5xx");
        }
        return status;
    }

    private static int bound(Matcher status, String ofKind) {
        String rest = status.group(2);
        return Integer.parseInt(status.group(1) + (rest.equals("xx") ? ofKind : rest));
    }

    private static @Nullable Long minCost(HttpServerRequest request) {
        String text = Parameters.text(request, "min_cost");
        if (text == null) {
            return null;
        }
        try {
            return PicoDollars.parseUsd(text);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("min_cost", "must be US dollars as a plain decimal number such as 0.01");
        }
    }
}
