package io.reprise.server.e2e;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A TCP connection to the server for what an HTTP library would not send or not show. Not thread-safe; calls block. */
final class RawConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 15_000;

    private final Socket socket;
    private final InputStream in;

    RawConnection(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            in = socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends lines of a head, each ended by CR LF, with the empty line after the last. */
    RawConnection head(String... lines) {
        return bytes((String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    RawConnection body(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns when the server's side has taken all of it. */
    RawConnection bytes(byte[] bytes) {
        CompletableFuture<Void> written = CompletableFuture.runAsync(() -> write(bytes), Thread::startVirtualThread);
        try {
            written.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            return this;
        } catch (TimeoutException e) {
            close();
            throw new AssertionError("the server does not take what is sent", e);
        } catch (ExecutionException e) {
            throw new AssertionError("the server broke off while it was sent something", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the response to a request that was no HEAD. */
    Answer answer() {
        return answer(true);
    }

    Answer answerToHead() {
        return answer(false);
    }

    /** Reads a response that precedes the final one. */
    int interimStatus() {
        try {
            int status = Integer.parseInt(line().split(" ", 3)[1]);
            for (String line = line(); !line.isEmpty(); line = line()) {
                // Headers of an interim response mean nothing here.
            }
            return status;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Answer answer(boolean withBody) {
        try {
            int status = Integer.parseInt(line().split(" ", 3)[1]);
            Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String line = line(); !line.isEmpty(); line = line()) {
                String[] header = line.split(":", 2);
                headers.computeIfAbsent(header[0], name -> new ArrayList<>()).add(header[1].strip());
            }
            return new Answer(status, headers, withBody ? body(status, headers) : new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether something has come that was not read yet. */
    boolean hasAnswer() {
        try {
            return in.available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the server has closed the connection; waits for it to do so or to send something. */
    boolean isClosedByServer() {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] body(int status, Map<String, List<String>> headers) throws IOException {
        List<String> codings = headers.getOrDefault("transfer-encoding", List.of());
        List<String> lengths = headers.getOrDefault("content-length", List.of());
        if (lengths.size() + codings.size() > 1) {
            throw new AssertionError("framed in two ways: " + headers);
        }
        if (status == 204 || status == 304) {
            return new byte[0];
        }
        if (!lengths.isEmpty()) {
            return exactly(Integer.parseInt(lengths.getFirst()));
        }
        if (!codings.isEmpty() && codings.getFirst().toLowerCase(Locale.ROOT).equals("chunked")) {
            return chunks();
        }
        return in.readAllBytes();
    }

    private byte[] chunks() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int length = Integer.parseInt(line(), 16);
            body.writeBytes(exactly(length));
            line();
            if (length == 0) {
                return body.toByteArray();
            }
        }
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the body ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended after: " + line.toString(StandardCharsets.ISO_8859_1));
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
