package io.reprise.server.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.index.EntryFilter;
import io.reprise.server.access.Caller;
import io.reprise.server.cache.Matches;
import io.reprise.server.cache.Selection;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@code DELETE /v1/cache/entries} means: a filter that is misread could delete more than was meant. */
final class Invalidations {
    private static final List<String> FILTERS = List.of("namespace", "tag", "model", "older_than", "prompt");

    private Invalidations() {}

    /** What a request means, every part of it by AND. */
    static Selection read(HttpServerRequest request, Caller caller, Clock clock) {
        if (request.params().contains("q")) {
            throw Problem.invalid("q", "is no filter of a delete; give " + String.join(", ", FILTERS));
        }
        boolean filtered = false;
        for (String name : FILTERS) {
            if (request.params().contains(name) && Parameters.text(request, name) == null) {
                throw Problem.invalid(name, "must not be empty");
            }
            filtered |= request.params().contains(name);
        }
        boolean everything = "true".equals(request.getParam("all"));
        if (!everything && !filtered) {
            throw Problem.invalid(
                    "all", "give " + String.join(", ", FILTERS) + ", or all=true to delete every entry of yours");
        }
        if (everything && filtered) {
            throw Problem.invalid("all", "all=true contradicts every filter; give one or the other");
        }
        Duration age = Parameters.duration(request, "older_than");
        var filter = new EntryFilter(
                Parameters.principal(request, caller),
                Parameters.text(request, "namespace"),
                Parameters.text(request, "tag"),
                Parameters.text(request, "model"),
                null,
                age == null ? null : clock.instant().minus(age).toEpochMilli());
        return new Selection(filter, Parameters.text(request, "prompt"), minCosine(request));
    }

    /** What a dry run tells. */
    static ObjectNode told(Matches matches) {
        ObjectNode answer = StrictJson.object().put("deleted", 0).put("matched", matches.count());
        ArrayNode examples = answer.putArray("examples");
        matches.examples().forEach(example -> examples.addObject()
                .put("id", example.id())
                .put("prompt", example.prompt())
                .put("similarity", example.similarity()));
        return answer;
    }

    private static double minCosine(HttpServerRequest request) {
        if (!request.params().contains("min_cosine")) {
            return Selection.MIN_COSINE;
        }
        Double cosine = number(Parameters.text(request, "min_cosine"));
        if (cosine == null || !(cosine >= 0 && cosine <= 1)) {
            throw Problem.invalid("min_cosine", "must be a number from 0 to 1");
        }
        if (!request.params().contains("prompt")) {
            throw Problem.invalid("min_cosine", "is about a prompt; give prompt too");
        }
        return cosine;
    }

    private static @Nullable Double number(@Nullable String text) {
        try {
            return text == null ? null : Double.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
