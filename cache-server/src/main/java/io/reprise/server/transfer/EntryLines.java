package io.reprise.server.transfer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.index.Entry;
import io.reprise.index.StoredEntry;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Answers;
import io.reprise.server.protocol.CachingRules;
import io.reprise.server.protocol.Completion;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.NativeFields;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import io.reprise.server.protocol.UsageDetails;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Entries as lines of an export, and back.
 *
 * <p>The answer travels as a text that holds its JSON to the byte, since what is replayed is what was answered. A vector travels with the
 * name of its model.
 */
final class EntryLines {
    private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern SCOPE = Pattern.compile("[0-9a-f]{64}");
    /** Principals of credentials are hashes that no other data folder makes. */
    private static final String OF_A_CREDENTIAL = "key:";

    /**
     * What a line says.
     *
     * @param byMeaning whether it may answer other texts
     * @param vector what it is found by, or null where the line has none of this model
     */
    record Line(Entry entry, boolean byMeaning, float @Nullable [] vector) {}

    private final String model;
    private final Seal seal;
    private final CachingRules rules;

    /** @param model name of the sentence model here */
    EntryLines(String model, Seal seal, CachingRules rules) {
        this.model = model;
        this.seal = seal;
        this.rules = rules;
    }

    /**
     * Writes an entry.
     *
     * @param told whether the line names the principal
     */
    ObjectNode written(StoredEntry stored, boolean told, boolean vectors) {
        Entry entry = stored.entry();
        Completion completion = Completion.decode(entry.payload());
        ObjectNode line = StrictJson.object().put("id", entry.id()).put("scope", entry.scope());
        line.put("rules", Prompts.RULES);
        if (told) {
            line.put("principal", entry.principal());
        }
        line.put("seal", seal.of(entry.principal(), entry.namespace(), entry.scope(), entry.id()))
                .put("namespace", entry.namespace())
                .put("model", entry.model())
                .put("prompt", entry.text());
        line.set("completion", completion(completion));
        line.put("by_meaning", stored.byNearness());
        ArrayNode tags = line.putArray("tags");
        entry.tags().forEach(tags::add);
        line.put("created_at", Instant.ofEpochMilli(entry.createdAtMillis()).toString())
                .put("expires_at", Instant.ofEpochMilli(entry.expiresAtMillis()).toString());
        if (vectors && stored.vector() != null) {
            ObjectNode vector = line.putObject("vector").put("model", model);
            vector.put("components", Base64.getEncoder().encodeToString(bytes(stored.vector())));
        }
        return line;
    }

    /**
     * Reads an entry.
     *
     * @throws BadLineException when it is none, or none that the importer may bring
     */
    Line read(ObjectNode body, Importer importer) {
        List<String> wrong = new ArrayList<>();
        var fields = new NativeFields(body, rules, (field, what) -> wrong.add(field + " " + what));
        String id = matching(body, "id", ID, "32 hexadecimal digits");
        String scope = matching(body, "scope", SCOPE, "64 hexadecimal digits");
        String namespace = fields.namespace();
        String named = fields.text("principal");
        String entryModel = fields.text("model");
        String sealed = fields.text("seal");
        List<String> tags = fields.tags();
        if (!wrong.isEmpty()) {
            throw new BadLineException(String.join("; ", wrong));
        }
        if (!Prompts.RULES.equals(body.path("rules").textValue())) {
            throw new BadLineException("rules must be " + Prompts.RULES
                    + ": keys of another version of the server are not looked up here");
        }
        String principal = importer.owner(named);
        boolean trusted = importer.administrator() && principal.equals(named) && !principal.startsWith(OF_A_CREDENTIAL);
        if (!trusted && !seal.fits(sealed == null ? "" : sealed, principal, namespace, scope, id)) {
            throw new BadLineException(
                    importer.administrator()
                            ? "seal does not fit: a credential is known by the principal.key of one data folder, which"
                                    + " has to come along"
                            : "seal does not fit: this is no entry of yours that this server has exported");
        }
        Entry entry = new Entry(
                id,
                scope,
                principal,
                namespace,
                entryModel,
                required(body, "prompt"),
                completion(body.path("completion")).encode(),
                tags,
                millis(body, "created_at"),
                millis(body, "expires_at"));
        return new Line(entry, flag(body, "by_meaning"), vector(body.path("vector")));
    }

    private static ObjectNode completion(Completion completion) {
        ObjectNode node = StrictJson.object()
                .put("form", completion.form().name().toLowerCase(Locale.ROOT))
                .put("json", new String(completion.json(), StandardCharsets.UTF_8))
                .put("model", completion.model());
        Usage usage = completion.usage();
        if (usage != null) {
            ObjectNode used = node.putObject("usage")
                    .put("input_tokens", usage.inputTokens())
                    .put("cached_input_tokens", usage.cachedInputTokens())
                    .put("cache_write_tokens", usage.cacheWriteTokens())
                    .put("output_tokens", usage.outputTokens())
                    .put("estimated", usage.estimated());
            usage.details().writeTo(used);
        }
        return node;
    }

    private static Completion completion(JsonNode node) {
        byte[] json = required(node, "json").getBytes(StandardCharsets.UTF_8);
        Answers.Reading reading;
        try {
            reading = Answers.stored(form(required(node, "form")), json);
        } catch (MalformedRequestException e) {
            throw new BadLineException("completion.json must hold JSON");
        }
        return switch (reading) {
            case Answers.Reading.Whole(Completion whole) ->
                new Completion(
                        whole.form(),
                        json,
                        node.path("model").textValue(),
                        usage(node.path("usage")),
                        whole.callsTools());
            case Answers.Reading.NotKept notKept ->
                throw new BadLineException("completion is no whole answer of its form: " + notKept.why());
        };
    }

    private static Completion.Form form(String name) {
        for (Completion.Form form : Completion.Form.values()) {
            if (form.name().toLowerCase(Locale.ROOT).equals(name)) {
                return form;
            }
        }
        throw new BadLineException("completion.form is not known");
    }

    private static @Nullable Usage usage(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        try {
            return new Usage(
                    tokens(node, "input_tokens"),
                    tokens(node, "cached_input_tokens"),
                    tokens(node, "cache_write_tokens"),
                    tokens(node, "output_tokens"),
                    node.path("estimated").asBoolean(),
                    UsageDetails.read(node));
        } catch (IllegalArgumentException e) {
            throw new BadLineException("completion.usage contradicts itself");
        }
    }

    private static long tokens(JsonNode node, String field) {
        JsonNode count = node.path(field);
        if (!count.isIntegralNumber() || !count.canConvertToInt() || count.intValue() < 0) {
            throw new BadLineException(
                    "completion.usage." + field + " must be a whole number, 0 to " + Integer.MAX_VALUE);
        }
        return count.intValue();
    }

    /** Null for one of another model, which the text is embedded in place of. */
    private float @Nullable [] vector(JsonNode node) {
        if (!model.equals(node.path("model").textValue())) {
            return null;
        }
        byte[] bytes = base64(node, "components");
        float[] components = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(components);
        return components;
    }

    private static byte[] bytes(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }

    private static byte[] base64(JsonNode node, String field) {
        try {
            return Base64.getDecoder().decode(required(node, field));
        } catch (IllegalArgumentException e) {
            throw new BadLineException("vector." + field + " must be base64");
        }
    }

    private static String matching(JsonNode node, String field, Pattern form, String what) {
        String text = required(node, field);
        if (!form.matcher(text).matches()) {
            throw new BadLineException(field + " must be " + what);
        }
        return text;
    }

    private static String required(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual()) {
            throw new BadLineException(field + " must be a string");
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
            throw new BadLineException(field + " must be Unicode text, without unpaired surrogates");
        }
        return value.textValue();
    }

    private static boolean flag(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isBoolean()) {
            throw new BadLineException(field + " must be true or false");
        }
        return value.booleanValue();
    }

    private static long millis(JsonNode node, String field) {
        try {
            return Instant.parse(required(node, field)).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new BadLineException(field + " must be a time such as 2026-01-31T12:00:00Z");
        }
    }
}
