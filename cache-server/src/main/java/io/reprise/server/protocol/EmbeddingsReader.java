package io.reprise.server.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes one answer of the embeddings wire apart, and checks it.
 *
 * <p>It goes through the bytes and cuts the vectors out of them as they are: a tree of the three million numbers that an answer may have
 * would take a hundred times its bytes. An answer is whole when it has exactly the inputs' indexes, once each, and for each a vector
 * of one dimension, all numbers or all base64. Fields that name the one call ({@code id}, {@code created}) are left out of what is
 * kept, as an answer may be put together from several; with any other field that is not known here the answer is not kept.
 */
final class EmbeddingsReader {
    private static final Set<String> OF_THE_CALL = Set.of("object", "id", "created");
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // UTF-8, as the network has it, so that the parser's offsets are those of the bytes.
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(StrictJson.MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final byte[] json;
    private final EmbeddingsCall call;
    private final JsonParser parser;
    private final byte[] @Nullable [] objects;
    private int dimension;
    private @Nullable String model;
    private @Nullable Usage usage;
    private boolean whole = true;

    private EmbeddingsReader(byte[] json, EmbeddingsCall call, int asked) throws IOException {
        this.json = json;
        this.call = call;
        this.parser = JSON.createParser(json);
        this.objects = new byte[asked][];
    }

    static EmbeddingsReading read(byte[] json, EmbeddingsCall call, int asked) {
        try {
            if (!isUtf8(json)) {
                return new EmbeddingsReading.NotKept(null);
            }
            return new EmbeddingsReader(json, call, asked).read();
        } catch (JsonProcessingException | MalformedRequestException e) {
            return new EmbeddingsReading.NotKept(null);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private EmbeddingsReading read() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return new EmbeddingsReading.NotKept(null);
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "data" -> data(value);
                case "model" -> model = value == JsonToken.VALUE_STRING ? parser.getText() : null;
                case "usage" -> usage = usage(StrictJson.parse(raw()));
                default -> {
                    whole &= value == JsonToken.VALUE_NULL || OF_THE_CALL.contains(name);
                    parser.skipChildren();
                }
            }
        }
        whole &= parser.nextToken() == null;
        List<Completion> embeddings = new ArrayList<>(objects.length);
        for (byte[] object : objects) {
            if (!whole || object == null) {
                return new EmbeddingsReading.NotKept(usage);
            }
            embeddings.add(new Completion(Completion.Form.OPENAI_EMBEDDING, object, model, null, false));
        }
        return new EmbeddingsReading.Whole(model, usage, embeddings);
    }

    private void data(JsonToken start) throws IOException {
        if (start != JsonToken.START_ARRAY) {
            parser.skipChildren();
            whole = false;
            return;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                object();
            } else {
                parser.skipChildren();
                whole = false;
            }
        }
    }

    private void object() throws IOException {
        int index = -1;
        byte[] vector = null;
        boolean typed = false;
        var others = new ByteArrayOutputStream(0);
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            if (name.equals("index")) {
                index = value == JsonToken.VALUE_NUMBER_INT ? index() : -1;
            } else if (name.equals("embedding")) {
                vector = vector(value);
            } else if (name.equals("object")
                    && value == JsonToken.VALUE_STRING
                    && "embedding".equals(parser.getText())) {
                typed = true;
            } else {
                others.write(',');
                others.writeBytes(StrictJson.bytes(TextNode.valueOf(name)));
                others.write(':');
                others.writeBytes(raw());
            }
        }
        if (index < 0 || vector == null || objects[index] != null) {
            whole = false;
        } else {
            byte[] object = EmbeddingObject.of(typed, others.toByteArray(), vector);
            int here = EmbeddingObject.dimension(object);
            whole &= dimension == 0 || dimension == here;
            dimension = here;
            objects[index] = object;
        }
    }

    /** The index of an input, or -1. */
    private int index() throws IOException {
        boolean fits = parser.getNumberType() == JsonParser.NumberType.INT;
        int index = fits ? parser.getIntValue() : -1;
        return index < objects.length ? index : -1;
    }

    /** The vector in the form in which it is kept, or null when it is none that was asked for. */
    private byte @Nullable [] vector(JsonToken value) throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            return call.asksForBase64() ? base64(parser.getText()) : null;
        }
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return null;
        }
        int start = offset(parser.currentTokenLocation());
        boolean numbers = true;
        int elements = 0;
        for (JsonToken each = parser.nextToken(); each != JsonToken.END_ARRAY; each = parser.nextToken()) {
            numbers &= each.isNumeric();
            elements++;
            parser.skipChildren();
        }
        return numbers && elements > 0 ? Arrays.copyOfRange(json, start, offset(parser.currentLocation())) : null;
    }

    private byte @Nullable [] base64(String text) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
        if (bytes.length == 0 || (call.asksForFloats() && !areFloats(bytes))) {
            return null;
        }
        return ('"' + text + '"').getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean areFloats(byte[] bytes) {
        FloatBuffer floats =
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        boolean finite = bytes.length % Float.BYTES == 0;
        while (floats.hasRemaining()) {
            finite &= Float.isFinite(floats.get());
        }
        return finite;
    }

    /** The bytes of the value that the parser stands on, after which it then stands. */
    private byte[] raw() throws IOException {
        int start = offset(parser.currentTokenLocation());
        parser.skipChildren();
        parser.finishToken();
        return Arrays.copyOfRange(json, start, offset(parser.currentLocation()));
    }

    private static int offset(JsonLocation location) {
        return Math.toIntExact(location.getByteOffset());
    }

    /** The tokens of the call; some providers count only the total. */
    private static @Nullable Usage usage(JsonNode usage) {
        Usage read = Answers.openAiUsage(usage);
        if (read == null && usage.isObject() && !usage.has("prompt_tokens")) {
            read = Answers.openAiUsage(StrictJson.object().set("prompt_tokens", usage.path("total_tokens")));
        }
        return read == null ? null : Usage.of(read.inputTokens(), 0, false);
    }

    private static boolean isUtf8(byte[] json) {
        for (byte each : json) {
            if (each < 0) {
                try {
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json));
                } catch (CharacterCodingException e) {
                    return false;
                }
                return true;
            }
        }
        return true;
    }
}
