package io.reprise.benchmarks.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client with one connection that it keeps, and one call at a time. Calls block, which virtual threads may; for one thread at
 * a time.
 */
final class Caller implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final int port;
    private final AnswerReader answer = new AnswerReader();
    private @Nullable Socket socket;

    /** Calls a port of this machine, to which it connects at its first call. */
    Caller(int port) {
        this.port = port;
    }

    /**
     * A call and its answer.
     *
     * @param outcome as {@link AnswerReader#outcome} says it, or {@code broken} when the connection ended within the answer
     * @param firstByteNanos from the sending of the request to the first byte of the body
     * @param nanos to its end
     * @param complete whether a stream was ended by its last event
     */
    record Called(String outcome, long firstByteNanos, long nanos, boolean complete) {}

    /** Asks, and reads the answer to its end. */
    Called call(byte[] request) {
        return read(request, false);
    }

    /** Asks, and goes away at the first byte of the body. */
    Called leave(byte[] request) {
        return read(request, true);
    }

    /** Asks, and gives the body of the answer, with the lines that frame its chunks. */
    String body(byte[] request) {
        call(request);
        return lastBody();
    }

    /** The body of the last answer, likewise. */
    String lastBody() {
        return answer.framedBody();
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private Called read(byte[] request, boolean leaving) {
        answer.reset();
        long firstByte = 0;
        long sent = System.nanoTime();
        try {
            Socket open = connected();
            ReadableByteChannel bytes = Channels.newChannel(open.getInputStream());
            sent = System.nanoTime();
            open.getOutputStream().write(request);
            boolean whole = false;
            while (!whole && !(leaving && answer.bodyBegun())) {
                whole = answer.readFrom(bytes);
                if (firstByte == 0 && answer.bodyBegun()) {
                    firstByte = System.nanoTime() - sent;
                }
            }
            long took = System.nanoTime() - sent;
            if (leaving) {
                close();
            }
            String body = answer.framedBody();
            return new Called(
                    answer.outcome(),
                    firstByte,
                    took,
                    body.contains("data: [DONE]") || body.contains("event: message_stop"));
        } catch (IOException e) {
            close();
            return new Called("broken", firstByte, System.nanoTime() - sent, false);
        }
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket(InetAddress.getLoopbackAddress(), port);
            open.setTcpNoDelay(true);
            open.setSoTimeout((int) SILENCE.toMillis());
            socket = open;
        }
        return open;
    }
}
