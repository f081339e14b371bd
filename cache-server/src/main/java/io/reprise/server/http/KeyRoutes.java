package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.reprise.server.access.AccessDesk;
import io.reprise.server.access.AccessException;
import io.reprise.server.access.Callers;
import io.reprise.server.access.ConflictException;
import io.reprise.server.access.InvalidFieldsException;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.reprise.server.reply.Replies;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Virtual keys, budgets and limits: made, told and changed by the administrator; its own key told to a caller. */
final class KeyRoutes {
    private static final Logger log = LoggerFactory.getLogger(KeyRoutes.class);
    private static final String KEYS = "/v1/admin/keys";
    private static final String BUDGETS = "/v1/admin/budgets";
    private static final String LIMITS = "/v1/admin/limits";
    private static final int PAGE = 1000;

    private final Callers callers;
    private final AccessDesk desk;
    private final RequestBodies bodies;

    KeyRoutes(Callers callers, AccessDesk desk, RequestBodies bodies) {
        this.callers = callers;
        this.desk = desk;
        this.bodies = bodies;
    }

    void mount(Router router) {
        router.post(KEYS).handler(context -> {
            ObjectNode made = changed(() -> desk.create(body(context)), context);
            Replies.json(context.response().putHeader("cache-control", "no-store"), 201, made);
        });
        router.get(KEYS)
                .handler(context ->
                        page(context, desk::keys, key -> key.path("name").asText()));
        router.get(KEYS + "/:id").handler(context -> {
            administrator(context);
            reply(context, desk.key(id(context)));
        });
        router.patch(KEYS + "/:id")
                .handler(context -> reply(context, changed(() -> desk.change(id(context), body(context)), context)));
        router.delete(KEYS + "/:id")
                .handler(context -> gone(context, changed(() -> desk.revoke(id(context)), context)));
        router.post(KEYS + "/:id/rotate").handler(context -> {
            context.response().putHeader("cache-control", "no-store");
            reply(context, changed(() -> desk.rotate(id(context), body(context)), context));
        });
        router.get(BUDGETS).handler(context -> page(context, desk::budgets, KeyRoutes::budgetsPlace));
        router.put(BUDGETS + "/*")
                .handler(context -> Replies.json(
                        context.response(),
                        200,
                        changed(() -> desk.putBudget(scope(context, BUDGETS), body(context)), context)));
        router.delete(BUDGETS + "/*").handler(context -> {
            String window = Parameters.text(context.request(), "window");
            gone(context, changed(() -> desk.removeBudgets(scope(context, BUDGETS), window), context));
        });
        router.get(LIMITS)
                .handler(context ->
                        page(context, desk::limits, each -> each.path("scope").asText()));
        router.put(LIMITS + "/*")
                .handler(context -> Replies.json(
                        context.response(),
                        200,
                        changed(() -> desk.putLimits(scope(context, LIMITS), body(context)), context)));
        router.delete(LIMITS + "/*").handler(context -> {
            changed(() -> desk.putLimits(scope(context, LIMITS), StrictJson.object()), context);
            context.response().setStatusCode(204).end();
        });
        router.get("/v1/key").handler(this::own);
    }

    /** A change by the administrator. */
    private <T> T changed(Supplier<T> change, RoutingContext context) {
        administrator(context);
        try {
            return change.get();
        } catch (InvalidFieldsException e) {
            throw Problem.invalid(e.fields().stream()
                    .map(field -> new Problem.Field(field.name(), field.problem()))
                    .toList());
        } catch (ConflictException e) {
            throw new Problem(409, "Conflict", String.valueOf(e.getMessage()), List.of());
        } catch (AccessException e) {
            log.warn("a change of keys or budgets was not made: {}", e.getMessage());
            throw Problem.notWritten();
        }
    }

    private void administrator(RoutingContext context) {
        if (!callers.administers(context.request())) {
            throw Problem.forbidden();
        }
    }

    private ObjectNode body(RoutingContext context) {
        return bodies.ofNative(context, bytes -> {
            try {
                return bytes.length == 0 ? StrictJson.object() : StrictJson.parseRequest(bytes);
            } catch (MalformedRequestException e) {
                throw Problem.unreadable(e.getMessage());
            }
        });
    }

    private static void reply(RoutingContext context, Optional<ObjectNode> found) {
        Replies.json(
                context.response(), 200, found.orElseThrow(() -> Problem.notFound("There is no key with this id.")));
    }

    private static void gone(RoutingContext context, boolean wasThere) {
        if (!wasThere) {
            throw Problem.notFound("There is none.");
        }
        context.response().setStatusCode(204).end();
    }

    private static String id(RoutingContext context) {
        return String.valueOf(context.pathParam("id"));
    }

    /** What a path has behind its route, decoded; a scope may have slashes. */
    private static String scope(RoutingContext context, String route) {
        String path = String.valueOf(context.request().path());
        String scope = path.substring(Math.min(path.length(), route.length() + 1));
        return QueryStringDecoder.decodeComponent(scope.replace("+", "%2B"));
    }

    private void own(RoutingContext context) {
        String id = callers.identify(context.request()).payer().key();
        if (id == null) {
            throw new Problem(
                    401, "No virtual key", "Send a virtual key, such as Authorization: Bearer rk-...", List.of());
        }
        reply(context, desk.own(id));
    }

    private static String budgetsPlace(ObjectNode budget) {
        return budget.path("scope").asText()
                + ' '
                + budget.path("window").asText()
                + ' '
                + budget.path("zone").asText();
    }

    /** A part of a list in the order of its places. */
    private void page(RoutingContext context, Supplier<List<ObjectNode>> all, Function<ObjectNode, String> place) {
        administrator(context);
        HttpServerRequest request = context.request();
        int limit = Parameters.number(request, "limit", PAGE, 1, PAGE);
        String after = cursor(request);
        List<ObjectNode> rest = all.get().stream()
                .filter(each -> after == null || place.apply(each).compareTo(after) > 0)
                .sorted(Comparator.comparing(place))
                .limit(limit + 1L)
                .toList();
        ObjectNode page = StrictJson.object();
        ArrayNode items = page.putArray("items");
        rest.stream().limit(limit).forEach(items::add);
        String last = rest.size() <= limit ? null : place.apply(rest.get(limit - 1));
        page.put(
                "next",
                last == null
                        ? null
                        : Base64.getUrlEncoder()
                                .withoutPadding()
                                .encodeToString(last.getBytes(StandardCharsets.UTF_8)));
        Replies.json(context.response(), 200, page);
    }

    private static @Nullable String cursor(HttpServerRequest request) {
        String cursor = Parameters.text(request, "cursor");
        try {
            return cursor == null ? null : new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("cursor", "must be the next of an earlier page");
        }
    }
}
