package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
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

    private static final String OF_OPENAI = "/openai/v1/";
    private static final Pattern DEPLOYMENT = Pattern.compile("/openai/deployments/([^/]+)/.*");

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
            return path.substring("/openai".length());
        }
        if (!path.startsWith("/")) {
            return null;
        }
        int end = path.indexOf('/', 1);
        return API.contains(path.substring(1, end < 0 ? path.length() : end)) ? "/v1" + path : null;
    }

    /** The deployment that a path of Azure's names, or null. */
    static @Nullable String deployment(HttpServerRequest request) {
        String path = request.path();
        Matcher named = path == null ? null : DEPLOYMENT.matcher(path);
        return named != null && named.matches() ? named.group(1) : null;
    }

    /** A request's body with the deployment that its path names for a model, where it names none itself. */
    static ObjectNode withModel(HttpServerRequest request, ObjectNode body) {
        String deployment = deployment(request);
        return deployment == null || body.hasNonNull("model")
                ? body
                : body.deepCopy().put("model", deployment);
    }
}
