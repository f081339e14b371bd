package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The paths under which clients call an API: those of OpenAI and Anthropic also without {@code /v1}, or behind {@code /openai}, and
 * Azure's, which name a deployment in place of a model.
 */
final class ClientPaths {
    /** What the paths of the providers' APIs begin with behind the version. */
    private static final Set<String> API = Set.of(
            "assistants",
            "audio",
            "batches",
            "chat",
            "completions",
            "containers",
            "conversations",
            "embeddings",
            "files",
            "fine_tuning",
            "images",
            "messages",
            "models",
            "moderations",
            "realtime",
            "rerank",
            "responses",
            "threads",
            "uploads",
            "vector_stores",
            "videos");

    /** Our own routes have one name alone, by which a proxy may keep them to itself. */
    private static final Set<String> OURS = Set.of("cache", "savings");

    private static final String BEFORE_VERSION = "/openai";
    private static final String OF_OPENAI = BEFORE_VERSION + "/v1/";
    private static final Pattern DEPLOYMENT = Pattern.compile("/openai/deployments/([^/]+)(/.*)");

    private ClientPaths() {}

    /** Begins anew under the usual path where a request came under another one of the same meaning. */
    static void rewrite(RoutingContext context) {
        HttpServerRequest request = context.request();
        String path = request.path();
        String usual = path == null ? null : usual(path);
        if (usual == null) {
            context.next();
        } else {
            context.reroute(request.query() == null ? usual : usual + "?" + request.query());
        }
    }

    /** The request, its body held back. What {@code pause} returns has the path under which it came, and is not it. */
    static HttpServerRequest paused(RoutingContext context) {
        HttpServerRequest request = context.request();
        request.pause();
        return request;
    }

    /** The usual form of a path, or null where it has that form, or no other form is known. */
    static @Nullable String usual(String path) {
        if (path.startsWith(OF_OPENAI)) {
            return OURS.contains(segment(path, OF_OPENAI.length())) ? null : path.substring(BEFORE_VERSION.length());
        }
        return path.startsWith("/") && API.contains(segment(path, 1)) ? "/v1" + path : null;
    }

    private static String segment(String path, int from) {
        int end = path.indexOf('/', from);
        return path.substring(from, end < 0 ? path.length() : end);
    }

    /** The route of the API that a path names: its own, or in a path of Azure's the one behind the deployment. */
    static String route(@Nullable String path) {
        if (path == null) {
            return "";
        }
        Matcher named = DEPLOYMENT.matcher(path);
        if (named.matches()) {
            return "/v1" + named.group(2);
        }
        return path.startsWith(BEFORE_VERSION + "/") ? "/v1" + path.substring(BEFORE_VERSION.length()) : path;
    }

    /** The deployment that a path of Azure's names, or null. */
    static @Nullable String deployment(HttpServerRequest request) {
        String path = request.path();
        Matcher named = path == null ? null : DEPLOYMENT.matcher(path);
        return named != null && named.matches() ? QueryStringDecoder.decodeComponent(plusKept(named.group(1))) : null;
    }

    /** Only in a query a plus is a space. */
    private static String plusKept(String segment) {
        return segment.replace("+", "%2B");
    }

    /** The model by which a call's upstream is chosen: its deployment, which Azure goes by whatever its body names. */
    static @Nullable String chosenBy(HttpServerRequest request, @Nullable String model) {
        String deployment = deployment(request);
        return deployment == null ? model : deployment;
    }

    /** A request's body with the deployment that its path names for a model, where it names none itself. */
    static ObjectNode withModel(HttpServerRequest request, ObjectNode body) {
        String deployment = deployment(request);
        return deployment == null || body.hasNonNull("model")
                ? body
                : body.deepCopy().put("model", deployment);
    }
}
