package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.regex.Pattern;

/**
 * The form in which one embedding is stored: an OpenAI {@code embedding} object with its index, 0, in front and its vector at the end.
 *
 * <p>So it is put at its place in an answer by copying bytes: reading and writing the numbers of two thousand vectors again would take
 * a second, and might not give the same digits.
 */
final class EmbeddingObject {
    private static final byte[] TYPED = ascii("{\"object\":\"embedding\",\"index\":");
    private static final byte[] UNTYPED = ascii("{\"index\":");
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+={0,2}");
    private static final byte[] VECTOR = ascii(",\"embedding\":");

    private EmbeddingObject() {}

    /**
     * Writes one down.
     *
     * @param typed whether it says that it is an embedding, as OpenAI's do
     * @param others the object's further fields, each with a comma in front
     * @param vector a JSON array of numbers, or a string of base64 without escapes
     */
    static byte[] of(boolean typed, byte[] others, byte[] vector) {
        byte[] head = typed ? TYPED : UNTYPED;
        return ByteBuffer.allocate(head.length + 1 + others.length + VECTOR.length + vector.length + 1)
                .put(head)
                .put((byte) '0')
                .put(others)
                .put(VECTOR)
                .put(vector)
                .put((byte) '}')
                .array();
    }

    /** Whether an object has the form that {@link #of} gives it. */
    static boolean isOne(byte[] object, JsonNode tree) {
        JsonNode vector = tree.path("embedding");
        boolean numbers = vector.isArray() && !vector.isEmpty();
        for (JsonNode number : vector) {
            numbers &= number.isNumber();
        }
        boolean base64 =
                vector.isTextual() && BASE64.matcher(vector.textValue()).matches();
        String last = "";
        for (Iterator<String> names = tree.fieldNames(); names.hasNext(); ) {
            last = names.next();
        }
        byte close = (byte) (base64 ? '"' : ']');
        return (numbers || base64)
                && last.equals("embedding")
                && object[object.length - 2] == close
                && object[object.length - 1] == '}'
                && (begins(object, TYPED) || begins(object, UNTYPED));
    }

    private static boolean begins(byte[] object, byte[] head) {
        return object.length > head.length + 1
                && Arrays.equals(object, 0, head.length, head, 0, head.length)
                && object[head.length] == '0'
                && object[head.length + 1] == ',';
    }

    /** How many bytes it has at this index. */
    static int length(byte[] object, int index) {
        return object.length - 1 + Integer.toString(index).length();
    }

    /** Puts it at this index. */
    static void write(ByteBuffer out, byte[] object, int index) {
        int head = head(object);
        out.put(object, 0, head).put(ascii(Integer.toString(index))).put(object, head + 1, object.length - head - 1);
    }

    /**
     * A number that is the same for vectors of one encoding and one dimension: the elements of an array, or minus the characters of
     * base64.
     */
    static int dimension(byte[] object) {
        int end = object.length - 1;
        int start = vector(object, end);
        if (object[start] == '"') {
            return start - end;
        }
        int elements = 1;
        for (int i = start; i < end; i++) {
            elements += object[i] == ',' ? 1 : 0;
        }
        return elements;
    }

    /** Where the vector begins: as a rule right behind the index. */
    private static int vector(byte[] object, int end) {
        int usual = head(object) + 1;
        if (Arrays.equals(object, usual, usual + VECTOR.length, VECTOR, 0, VECTOR.length)) {
            return usual + VECTOR.length;
        }
        byte first = (byte) (object[end - 1] == '"' ? '"' : '[');
        int start = end - 2;
        while (object[start] != first) {
            start--;
        }
        return start;
    }

    private static int head(byte[] object) {
        return object[2] == 'o' ? TYPED.length : UNTYPED.length;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
