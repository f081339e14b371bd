package io.reprise.benchmarks.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerReaderTest {
    private final AnswerReader reader = new AnswerReader();

    @Test
    void statedLength_endsTheAnswer() throws IOException {
        assertFalse(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"));
        assertTrue(read("lo"));
        assertEquals("ok", reader.outcome());
    }

    @Test
    void headInPieces_isPutTogether() throws IOException {
        assertFalse(read("HTTP/1.1 200 OK\r\nx-reprise-outcome: exact\r\ncontent-len"));
        assertTrue(read("gth: 0\r\n\r\n"));
        assertEquals("exact", reader.outcome());
    }

    @Test
    void lastChunk_endsTheAnswer() throws IOException {
        assertFalse(read("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"));
        assertFalse(read("0\r\n"));
        assertTrue(read("\r\n"));
    }

    @Test
    void chunkThatLooksLikeTheLast_isNotTheLast() throws IOException {
        assertFalse(read("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\na\r\n0\r\n\r\nb\r\n"));
        assertTrue(read("0\r\n\r\n"));
    }

    @Test
    void errorStatus_isTheOutcome() throws IOException {
        assertTrue(read("HTTP/1.1 502 Bad Gateway\r\nx-reprise-outcome: miss\r\ncontent-length: 0\r\n\r\n"));
        assertEquals("502", reader.outcome());
    }

    @Test
    void longAnswer_fits() throws IOException {
        String body = "x".repeat(100_000);
        boolean complete = read("HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n" + body);
        assertTrue(complete);
    }

    @Test
    void closedConnection_isTold() {
        assertThrows(
                EOFException.class, () -> reader.readFrom(Channels.newChannel(new ByteArrayInputStream(new byte[0]))));
    }

    /** Feeds all of it, in as many reads as it takes. */
    private boolean read(String part) throws IOException {
        var in = new ByteArrayInputStream(part.getBytes(StandardCharsets.ISO_8859_1));
        var channel = Channels.newChannel(in);
        boolean complete = false;
        while (in.available() > 0) {
            complete = reader.readFrom(channel);
        }
        return complete;
    }
}
