package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A SHA-256 over a sequence of values, in an encoding in which no two different sequences are the same bytes.
 *
 * <p>Every value is written with its kind and its length, so nothing can be moved over a boundary. JSON is written
 * canonically: names sorted, numbers by value ({@code 1}, {@code 1.0} and {@code 1e0} are one), no white space. Not thread-safe.
 */
public final class Fingerprint {
    private final MessageDigest digest;
    private final byte[] head = new byte[5];

    public Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * Adds a text; null is a value of its own.
     *
     * @throws MalformedRequestException when the text holds half a surrogate pair, which has no UTF-8 and could collide
     */
    public Fingerprint text(@Nullable String text) {
        if (text == null) {
            return mark('-', 0);
        }
        return bytes('s', utf8(text));
    }

    /**
     * Adds a JSON tree.
     *
     * @throws MalformedRequestException when it holds a text that is not Unicode, or a number past the range of {@link BigDecimal}
     */
    public Fingerprint json(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                mark('{', node.size());
                node.properties().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .forEachOrdered(field -> text(field.getKey()).json(field.getValue()));
            }
            case ARRAY -> {
                mark('[', node.size());
                node.forEach(this::json);
            }
            case STRING -> text(node.textValue());
            case NUMBER -> bytes('n', digits(node.decimalValue()).getBytes(StandardCharsets.US_ASCII));
            case BOOLEAN -> mark(node.booleanValue() ? 't' : 'f', 0);
            case NULL -> mark('0', 0);
            case BINARY, MISSING, POJO -> throw new IllegalArgumentException("not JSON: " + node.getNodeType());
        }
        return this;
    }

    /** The hash of all that was added: 64 hexadecimal digits. Nothing can be added afterwards. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private Fingerprint bytes(char kind, byte[] value) {
        mark(kind, value.length);
        digest.update(value);
        return this;
    }

    private Fingerprint mark(char kind, int length) {
        head[0] = (byte) kind;
        head[1] = (byte) (length >>> 24);
        head[2] = (byte) (length >>> 16);
        head[3] = (byte) (length >>> 8);
        head[4] = (byte) length;
        digest.update(head);
        return this;
    }

    private static String digits(BigDecimal number) {
        try {
            return number.stripTrailingZeros().toString();
        } catch (ArithmeticException e) {
            throw new MalformedRequestException("a number is out of range");
        }
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // The fast path replaces what it cannot encode by '?': only then is the strict encoder asked.
        for (byte b : bytes) {
            if (b == '?') {
                try {
                    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
                } catch (CharacterCodingException e) {
                    throw new MalformedRequestException(
                            "a text holds half a surrogate pair, which is not Unicode text");
                }
                break;
            }
        }
        return bytes;
    }
}
