package io.reprise.server.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * JSON (RFC 8259) read without leniency, because two readers of one body must not see two different requests.
 *
 * <p>Refused: bytes that are not UTF-8, an object with one name twice (readers disagree on which counts), text after the value,
 * nesting deeper than {@value #MAX_DEPTH}, and more tokens than a tree in memory may have: {@value
 * #MAX_REQUEST_TOKENS} in a request, {@value #MAX_TOKENS} in anything else. Numbers keep their decimal value exactly.
 * Thread-safe.
 */
public final class StrictJson {
    /** Deeper bodies are refused: no provider's schema comes near, and recursion over a tree stays harmless. */
    public static final int MAX_DEPTH = 200;

    /**
     * Braces, brackets, names and values: some 100 bytes of memory each. The largest call for embeddings that OpenAI
     * takes has 300,000 numbers.
     */
    public static final int MAX_REQUEST_TOKENS = 500_000;

    /** Answers with the likeliest alternatives of each of their tokens have more than any request. */
    static final int MAX_TOKENS = 2_000_000;

    // Without Jackson's table of names, which outlives a body: names chosen to collide leave it miscounted, and when it
    // next grows, somebody else's body fails.
    private static final ObjectMapper MAPPER = mapper(MAX_TOKENS);
    private static final ObjectMapper REQUESTS = mapper(MAX_REQUEST_TOKENS);

    private StrictJson() {}

    private static ObjectMapper mapper(int maxTokens) {
        return JsonMapper.builder(JsonFactory.builder()
                        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxNestingDepth(MAX_DEPTH)
                                .maxStringLength(Integer.MAX_VALUE)
                                .maxTokenCount(maxTokens)
                                .build())
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .build();
    }

    /**
     * Reads one value.
     *
     * @throws MalformedRequestException when the bytes are not exactly one JSON value in UTF-8, saying why and where
     */
    public static JsonNode parse(byte[] utf8) {
        return parse(utf8, MAPPER);
    }

    private static JsonNode parse(byte[] utf8, ObjectMapper mapper) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedRequestException("the body is not valid UTF-8");
        }
        try {
            JsonNode node = mapper.readTree(text);
            if (node.isMissingNode()) {
                throw new MalformedRequestException("the body is empty; a JSON object is expected");
            }
            return node;
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            String where = at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
            throw new MalformedRequestException("the body is not valid JSON: " + reason(e) + where);
        } catch (NumberFormatException e) {
            // Exponents past 32 bits, which Jackson reads as digits and java.math refuses.
            throw new MalformedRequestException("the body is not valid JSON: a number is out of range");
        }
    }

    /**
     * Reads one object.
     *
     * @throws MalformedRequestException as {@link #parse} does, and for any other value
     */
    public static ObjectNode parseObject(byte[] utf8) {
        return object(parse(utf8, MAPPER));
    }

    /** As {@link #parseObject}, for what anybody may send. */
    public static ObjectNode parseRequest(byte[] utf8) {
        return object(parse(utf8, REQUESTS));
    }

    private static ObjectNode object(JsonNode node) {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new MalformedRequestException("the body must be a JSON object");
    }

    /**
     * The text of an object's member as it stands there, or null when there is none of that name.
     *
     * @param json an object that {@link #parseObject} has read
     */
    static @Nullable String member(String json, String name) {
        try (JsonParser parser = MAPPER.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = parser.currentName().equals(name);
                parser.nextToken();
                int begin = (int) parser.currentTokenLocation().getCharOffset();
                parser.skipChildren();
                if (found) {
                    // A text or number is read to its end only when it is asked for.
                    parser.getTextLength();
                    return json.substring(begin, (int) parser.currentLocation().getCharOffset());
                }
            }
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a tree as UTF-8 without insignificant white space, names in the tree's order. */
    public static byte[] bytes(JsonNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty object whose numbers stay exact. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Jackson's own words may quote the body, which must not reach logs: only the kind of fault is told. */
    private static String reason(JsonProcessingException e) {
        String message = e.getOriginalMessage();
        if (message.startsWith("Duplicate field")) {
            return "a name occurs twice in one object";
        }
        if (message.contains("nesting depth")) {
            return "nested deeper than " + MAX_DEPTH;
        }
        if (message.startsWith("Token count")) {
            return "it has too many values";
        }
        if (message.startsWith("Unexpected end-of-input")) {
            return "it ends too early";
        }
        if (message.startsWith("Trailing token")) {
            return "there is text after the value";
        }
        if (message.startsWith("Number value length")) {
            return "a number is too long";
        }
        if (message.startsWith("Name length")) {
            return "a name is too long";
        }
        return "unexpected character";
    }
}
