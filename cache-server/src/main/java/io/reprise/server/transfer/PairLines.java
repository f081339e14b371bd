package io.reprise.server.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.CallerScope;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.NativeFields;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Questions with their answers, in the form in which {@code POST /v1/cache/entries} takes them, and in the same scope: that of a call
 * of the same words, model and namespace which says nothing else.
 */
final class PairLines {
    private static final Set<String> FIELDS = Set.of(
            "prompt",
            "messages",
            "request",
            "completion",
            "answer",
            "namespace",
            "model",
            "context",
            "ttl_seconds",
            "tags",
            "usage",
            "principal");
    private static final int MAX_TOLD_NAME = 64;

    /** What a line says. */
    record Pair(
            CacheQuery query,
            Completion completion,
            @Nullable Duration ttl,
            List<String> tags) {}

    private final CachingRules rules;
    private final Function<Call, @Nullable String> upstreamInScope;

    /** @param upstreamInScope where a call would go, as its scope tells it */
    PairLines(CachingRules rules, Function<Call, @Nullable String> upstreamInScope) {
        this.rules = rules;
        this.upstreamInScope = upstreamInScope;
    }

    /**
     * Reads a pair.
     *
     * @param body may be changed
     * @throws BadLineException when it is none, or would never be looked up
     */
    Pair read(ObjectNode body, Importer importer) {
        List<String> wrong = new ArrayList<>();
        body.fieldNames().forEachRemaining(name -> {
            if (!FIELDS.contains(name)) {
                String told = name.length() > MAX_TOLD_NAME ? name.substring(0, MAX_TOLD_NAME) + "..." : name;
                wrong.add(told + " is not a field of a question with its answer");
            }
        });
        if (body.has("answer") && body.has("completion")) {
            wrong.add("answer and completion are the same; give one");
        } else if (body.has("answer")) {
            body.set("completion", body.remove("answer"));
        }
        if (!body.hasNonNull("namespace") && importer.namespace() != null) {
            body.put("namespace", importer.namespace());
        }
        var fields = new NativeFields(body, rules, (field, what) -> wrong.add(field + " " + what));
        Call call = fields.call(importer.model());
        if (call.uncacheable() != null) {
            wrong.add("such a call is never looked up: " + call.uncacheable());
        }
        var scope = new CallerScope(
                importer.owner(fields.text("principal")),
                fields.namespace(),
                fields.text("context"),
                upstreamInScope.apply(call),
                importer.features());
        Completion completion = completion(fields, call.model(), wrong);
        Duration ttl = fields.ttl();
        List<String> tags = fields.tags();
        if (!wrong.isEmpty()) {
            throw new BadLineException(String.join("; ", wrong));
        }
        try {
            return new Pair(Prompts.query(call, scope), completion, ttl, tags);
        } catch (MalformedRequestException e) {
            throw new BadLineException(String.valueOf(e.getMessage()));
        }
    }

    private static Completion completion(NativeFields fields, @Nullable String model, List<String> wrong) {
        return switch (fields.completion(model)) {
            case Answers.Reading.Whole(Completion whole) -> whole;
            case Answers.Reading.NotKept notKept -> {
                wrong.add("completion is no complete answer: " + notKept.why());
                yield Completion.ofText("-", model, null);
            }
        };
    }
}
