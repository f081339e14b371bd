package io.reprise.benchmarks.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Reads one HTTP/1.1 answer after the other from a connection (RFC 9112), each to its end, by {@code Content-Length} or in chunks
 * without trailers. Not thread-safe.
 */
final class AnswerReader {
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
    private static final String OUTCOME = "\r\nx-reprise-outcome: ";
    private static final String LENGTH = "\r\ncontent-length: ";
    private static final String CHUNKED = "\r\ntransfer-encoding: chunked";
    private static final int START_CAPACITY = 16 * 1024;

    private ByteBuffer bytes = ByteBuffer.allocate(START_CAPACITY);
    private int bodyStart;
    private int length;
    private String outcome = "";

    /** Forgets the answer before. */
    void reset() {
        bytes.clear();
        bodyStart = 0;
        length = 0;
        outcome = "";
    }

    /** Reads what is there; true when the answer is complete. */
    boolean readFrom(ReadableByteChannel channel) throws IOException {
        if (!bytes.hasRemaining()) {
            bytes = ByteBuffer.allocate(2 * bytes.capacity()).put(bytes.flip());
        }
        if (channel.read(bytes) < 0) {
            throw new EOFException("the server closed the connection");
        }
        if (bodyStart == 0 && !readHead()) {
            return false;
        }
        return length >= 0 ? bytes.position() - bodyStart >= length : chunksComplete();
    }

    /** The status when it is not 200, else what {@code x-reprise-outcome} says, else {@code ok}. */
    String outcome() {
        return outcome;
    }

    /** Whether anything of the body has come. */
    boolean bodyBegun() {
        return bodyStart > 0 && bytes.position() > bodyStart;
    }

    /** What has come of the body, with the lines that frame its chunks. */
    String framedBody() {
        return new String(bytes.array(), bodyStart, bytes.position() - bodyStart, StandardCharsets.UTF_8);
    }

    private boolean readHead() {
        int end = indexOf(HEAD_END, 0);
        if (end < 0) {
            return false;
        }
        bodyStart = end + HEAD_END.length;
        String head = new String(bytes.array(), 0, end + 2, StandardCharsets.ISO_8859_1);
        String lowerCase = head.toLowerCase(Locale.ROOT);
        String status = head.substring(9, 12);
        String ours = value(lowerCase, OUTCOME);
        outcome = !status.equals("200") ? status : ours.isEmpty() ? "ok" : ours;
        String stated = value(lowerCase, LENGTH);
        length = lowerCase.contains(CHUNKED) ? -1 : stated.isEmpty() ? 0 : Integer.parseInt(stated);
        return true;
    }

    private static String value(String head, String name) {
        int at = head.indexOf(name);
        return at < 0 ? "" : head.substring(at + name.length(), head.indexOf('\r', at + name.length()));
    }

    private boolean chunksComplete() {
        int at = bodyStart;
        while (true) {
            int line = indexOf(Arrays.copyOf(HEAD_END, 2), at);
            if (line < 0) {
                return false;
            }
            int size =
                    Integer.parseInt(new String(bytes.array(), at, line - at, StandardCharsets.ISO_8859_1).strip(), 16);
            at = line + 2 + size + 2;
            if (at > bytes.position()) {
                return false;
            }
            if (size == 0) {
                return true;
            }
        }
    }

    private int indexOf(byte[] pattern, int from) {
        byte[] array = bytes.array();
        for (int i = from; i <= bytes.position() - pattern.length; i++) {
            if (Arrays.equals(array, i, i + pattern.length, pattern, 0, pattern.length)) {
                return i;
            }
        }
        return -1;
    }
}
