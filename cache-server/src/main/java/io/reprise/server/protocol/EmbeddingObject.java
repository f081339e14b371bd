package io.reprise.server.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The form in which one embedding is stored: an OpenAI {@code embedding} object with its index, 0, in front and its vector at the end.
 *
 * <p>So it is put at its place in an answer by copying bytes: reading and writing the numbers of two thousand vectors again would take
 * a second, and might not give the same digits.
 */
final class EmbeddingObject {
    private static final byte[] TYPED = ascii("{\"object\":\"embedding\",\"index\":");
    private static final byte[] UNTYPED = ascii("{\"index\":");
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
