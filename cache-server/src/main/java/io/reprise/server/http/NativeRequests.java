package io.reprise.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.CacheControls;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.NativeFields;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.reply.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of native routes, and tells every field that is wrong at once. */
final class NativeRequests {
    private static final Set<String> CALL_FIELDS =
            Set.of("prompt", "messages", "request", "namespace", "model", "context");
    private static final Set<String> LOOKUP_FIELDS = Set.of("mode", "max_wrong_rate", "explain");
    private static final Set<String> VOTE_FIELDS = Set.of("lookup_id", "verdict");
    private static final Set<String> REPORT_FIELDS = Set.of("lookup_id", "completion", "usage", "verdict");
    private static final Set<String> STORE_FIELDS = Set.of("completion", "ttl_seconds", "tags", "usage");

    /** What a lookup asks. */
    record LookupRequest(
            Call call,
            String namespace,
            @Nullable String context,
            CacheControls.Mode mode,
            @Nullable Double maxWrongRate,
            boolean explain) {}

    /** What a store hands in. */
    record StoreRequest(
            Call call,
            String namespace,
            @Nullable String context,
            Completion completion,
            @Nullable Duration ttl,
            List<String> tags) {}

    /** What a caller says of an answer it was served. */
    record Vote(String lookupId, boolean wrong) {}

    /**
     * The fresh answer that an audit asked for.
     *
     * @param wrong whether its caller, who has both answers, calls the cached one wrong
     */
    record Report(String lookupId, Completion completion, boolean wrong) {}

    private final ObjectNode body;
    private final NativeFields fields;
    private final List<Problem.Field> problems = new ArrayList<>();

    private NativeRequests(byte[] bytes, CachingRules rules) {
        try {
            body = StrictJson.parseRequest(bytes);
        } catch (MalformedRequestException e) {
            throw Problem.unreadable(e.getMessage());
        }
        fields = new NativeFields(body, rules, (field, problem) -> problems.add(new Problem.Field(field, problem)));
    }

    static LookupRequest lookup(byte[] bytes, CachingRules rules) {
        return new NativeRequests(bytes, rules).readLookup();
    }

    static StoreRequest store(byte[] bytes, CachingRules rules) {
        return new NativeRequests(bytes, rules).readStore();
    }

    static Vote vote(byte[] bytes, CachingRules rules) {
        return new NativeRequests(bytes, rules).readVote();
    }

    static Report report(byte[] bytes, CachingRules rules) {
        return new NativeRequests(bytes, rules).readReport();
    }

    private LookupRequest readLookup() {
        noOtherFieldsThan(CALL_FIELDS, LOOKUP_FIELDS);
        Call call = fields.call(null);
        var request = new LookupRequest(
                call, fields.namespace(), fields.text("context"), mode(), maxWrongRate(), bool("explain"));
        return checked(request);
    }

    private StoreRequest readStore() {
        noOtherFieldsThan(CALL_FIELDS, STORE_FIELDS);
        Call call = fields.call(null);
        var request = new StoreRequest(
                call,
                fields.namespace(),
                fields.text("context"),
                completion(call.model()),
                fields.ttl(),
                fields.tags());
        return checked(request);
    }

    private Vote readVote() {
        noOtherFieldsThan(VOTE_FIELDS, Set.of());
        return checked(new Vote(lookupId(), verdict(fields.text("verdict"))));
    }

    /** Whether it is "wrong". */
    private boolean verdict(@Nullable String verdict) {
        boolean wrong = "wrong".equals(verdict);
        if (!wrong && !"right".equals(verdict)) {
            wrong("verdict", "must be \"wrong\" or \"right\"");
        }
        return wrong;
    }

    private Report readReport() {
        noOtherFieldsThan(REPORT_FIELDS, Set.of());
        String verdict = fields.text("verdict");
        return checked(new Report(lookupId(), completion(null), verdict != null && verdict(verdict)));
    }

    private String lookupId() {
        String id = fields.text("lookup_id");
        if (id == null || id.isBlank()) {
            wrong("lookup_id", "is required: the lookup_id of a hit, or its x-reprise-lookup header");
        }
        return id == null ? "" : id;
    }

    private <T> T checked(T request) {
        if (!problems.isEmpty()) {
            throw Problem.invalid(problems);
        }
        return request;
    }

    private void wrong(String field, String problem) {
        problems.add(new Problem.Field(field, problem));
    }

    private void noOtherFieldsThan(Set<String> some, Set<String> others) {
        body.fieldNames().forEachRemaining(name -> {
            if (!some.contains(name) && !others.contains(name)) {
                wrong(name.length() > 64 ? name.substring(0, 64) + "..." : name, "is not a field of this request");
            }
        });
    }

    private boolean bool(String field) {
        JsonNode value = body.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            wrong(field, "must be true or false");
        }
        return value.asBoolean(false);
    }

    private CacheControls.Mode mode() {
        String mode = fields.text("mode");
        return switch (mode == null ? "serve" : mode.toLowerCase(Locale.ROOT)) {
            case "serve" -> CacheControls.Mode.SERVE;
            case "exact" -> CacheControls.Mode.EXACT;
            case "shadow" -> CacheControls.Mode.SHADOW;
            default -> {
                wrong("mode", "must be serve, exact or shadow");
                yield CacheControls.Mode.SERVE;
            }
        };
    }

    private @Nullable Double maxWrongRate() {
        JsonNode value = body.path("max_wrong_rate");
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isNumber() || !(value.doubleValue() >= 0 && value.doubleValue() <= 1)) {
            wrong("max_wrong_rate", "must be a number from 0 to 1");
            return null;
        }
        return value.doubleValue();
    }

    private Completion completion(@Nullable String model) {
        return switch (fields.completion(model)) {
            case Answers.Reading.Whole(Completion whole) -> whole;
            case Answers.Reading.NotKept notKept -> {
                wrong("completion", "is not a complete OpenAI chat completion or Anthropic message: " + notKept.why());
                yield Completion.ofText("-", model, null);
            }
        };
    }
}
