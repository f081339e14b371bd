package io.reprise.index;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.UnicodeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of entries, big-endian, shared by the journal (whole entries) and the stored field (the part that no Lucene column holds).
 *
 * <p>A string is an {@code int} of twice its byte length plus a coder bit, then its bytes: UTF-8 (0), or UTF-16 (1) for a text with
 * unpaired surrogates, which UTF-8 would silently replace.
 */
final class EntryCodec {

    private static final byte UTF_8 = 0;
    private static final byte UTF_16 = 1;

    private EntryCodec() {}

    @FunctionalInterface
    interface Encoding {
        void writeTo(DataOutputStream out) throws IOException;
    }

    /** Reads a value from memory, where an {@link IOException} means that the bytes are malformed. */
    @FunctionalInterface
    interface Decoding<T> {
        T readFrom(DataInputStream in) throws IOException;
    }

    static byte[] encode(int sizeHint, Encoding encoding) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(sizeHint);
        try {
            encoding.writeTo(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static <T> T decode(byte[] bytes, int offset, int length, Decoding<T> decoding) throws IOException {
        return decoding.readFrom(new DataInputStream(new ByteArrayInputStream(bytes, offset, length)));
    }

    static void writeEntry(DataOutputStream out, Entry entry) throws IOException {
        writeString(out, entry.id());
        writeString(out, entry.scope());
        writeString(out, entry.text());
        out.writeLong(entry.createdAtMillis());
        out.writeLong(entry.expiresAtMillis());
        writeBody(out, entry);
    }

    static Entry readEntry(DataInputStream in) throws IOException {
        return readBody(in, readString(in), readString(in), readString(in), in.readLong(), in.readLong());
    }

    /** Everything but id, scope, text and times. */
    static void writeBody(DataOutputStream out, Entry entry) throws IOException {
        writeString(out, entry.principal());
        writeString(out, entry.namespace());
        String model = entry.model();
        out.writeBoolean(model != null);
        if (model != null) {
            writeString(out, model);
        }
        out.writeInt(entry.tags().size());
        for (String tag : entry.tags()) {
            writeString(out, tag);
        }
        out.writeInt(entry.payload().length);
        out.write(entry.payload());
    }

    static Entry readBody(
            DataInputStream in, String id, String scope, String text, long createdAtMillis, long expiresAtMillis)
            throws IOException {
        String principal = readString(in);
        String namespace = readString(in);
        String model = in.readBoolean() ? readString(in) : null;
        int tagCount = checkedLength(in, in.readInt());
        List<String> tags = new ArrayList<>(tagCount);
        for (int i = 0; i < tagCount; i++) {
            tags.add(readString(in));
        }
        byte[] payload = readBytes(in, in.readInt());
        return new Entry(id, scope, principal, namespace, model, text, payload, tags, createdAtMillis, expiresAtMillis);
    }

    static void writeVector(DataOutputStream out, float @Nullable [] vector) throws IOException {
        out.writeInt(vector == null ? 0 : vector.length);
        if (vector != null) {
            for (float component : vector) {
                out.writeFloat(component);
            }
        }
    }

    static float @Nullable [] readVector(DataInputStream in) throws IOException {
        int dimension = in.readInt();
        if (dimension == 0) {
            return null;
        }
        float[] vector = new float[checkedLength(in, dimension)];
        for (int i = 0; i < dimension; i++) {
            vector[i] = in.readFloat();
        }
        return vector;
    }

    static void writeString(DataOutputStream out, String value) throws IOException {
        byte[] coded = encodeString(value);
        out.writeInt(((coded.length - 1) << 1) | coded[0]);
        out.write(coded, 1, coded.length - 1);
    }

    static String readString(DataInputStream in) throws IOException {
        int header = in.readInt();
        byte[] bytes = readBytes(in, header >>> 1);
        return decode(header & 1, bytes, 0, bytes.length);
    }

    /** One coder byte, then the string's bytes: the form of a column that knows its own length. */
    static byte[] encodeString(String value) {
        if (UnicodeUtil.validUTF16String(value)) {
            byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(1 + bytes.length).put(UTF_8).put(bytes).array();
        }
        // Char by char: Java's UTF-16 encoder replaces unpaired surrogates too.
        ByteBuffer coded = ByteBuffer.allocate(1 + 2 * value.length()).put(UTF_16);
        coded.asCharBuffer().put(value);
        return coded.array();
    }

    static String decodeString(byte[] bytes, int offset, int length) {
        return decode(bytes[offset], bytes, offset + 1, length - 1);
    }

    private static String decode(int coder, byte[] bytes, int offset, int length) {
        return coder == UTF_8
                ? new String(bytes, offset, length, StandardCharsets.UTF_8)
                : ByteBuffer.wrap(bytes, offset, length).asCharBuffer().toString();
    }

    static byte[] readBytes(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[checkedLength(in, length)];
        in.readFully(bytes);
        return bytes;
    }

    /** Guards an allocation: what is counted needs a byte at least, and the stream is in memory. */
    private static int checkedLength(DataInputStream in, int length) throws IOException {
        if (length < 0 || length > in.available()) {
            throw new IOException("a length of " + length + " with " + in.available() + " bytes left");
        }
        return length;
    }
}
