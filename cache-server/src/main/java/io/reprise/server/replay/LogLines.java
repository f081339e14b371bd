package io.reprise.server.replay;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import io.reprise.server.upstream.Upstreams;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the lines of a log as the native routes read their bodies, under one principal. Fields that are of no use here are passed over:
 * a log has fields of its own.
 */
final class LogLines {
    private static final String PRINCIPAL = "replay";

    private final CachingRules rules;
    private final Upstreams upstreams;
    private final @Nullable String model;

    /**
     * @param upstreams where calls would go, which their scopes tell
     * @param model the model of lines that name none, or null
     */
    LogLines(CachingRules rules, Upstreams upstreams, @Nullable String model) {
        this.rules = rules;
        this.upstreams = upstreams;
        this.model = model;
    }

    LogLine read(byte[] line) {
        List<String> wrong = new ArrayList<>();
        try {
            ObjectNode body = StrictJson.parseObject(line);
            // Loggers write null for what there is none of.
            body.properties().removeIf(field -> field.getValue().isNull());
            LogLine read = read(body, new NativeFields(body, rules, (field, what) -> wrong.add(field + " " + what)));
            return wrong.isEmpty() ? read : new LogLine.Broken(String.join("; ", wrong));
        } catch (MalformedRequestException e) {
            return new LogLine.Broken(String.valueOf(e.getMessage()));
        }
    }

    private LogLine read(ObjectNode body, NativeFields fields) {
        Call call = fields.call(model);
        var scope = new CallerScope(
                PRINCIPAL, fields.namespace(), fields.text("context"), upstreams.nameInScope(call), new TreeMap<>());
        CacheQuery query = Prompts.query(call, scope);
        JsonNode completion = body.path("completion");
        boolean empty = completion.isTextual() && completion.textValue().isEmpty();
        if (completion.isMissingNode() || empty) {
            return new LogLine.Asked(call, query, null, true, fields.usage());
        }
        return switch (fields.completion(call.model())) {
            case Answers.Reading.Whole(Completion whole) -> new LogLine.Asked(call, query, whole, true, whole.usage());
            case Answers.Reading.NotKept notKept -> {
                Usage said = fields.usage();
                yield new LogLine.Asked(call, query, null, false, said != null ? said : notKept.usage());
            }
        };
    }
}
