package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An upstream that refuses an upload before it has read it is heard, by callers too who send all before they read. */
class EarlyAnswerTest {
    private static final byte[] REFUSAL =
            "HTTP/1.1 413 Payload Too Large\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno"
                    .getBytes(StandardCharsets.US_ASCII);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusalOfAnUpload_reachesTheCaller(boolean sendingOn, @TempDir Path data) throws IOException {
        try (ServerSocket upstream = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> refuse(upstream, sendingOn));
            String url = "http://127.0.0.1:" + upstream.getLocalPort();
            byte[] upload = new byte[20_000_000];
            try (RunningServer server = RunningServer.start(data, url, Clock.systemUTC());
                    var connection = new RawConnection(server.port())) {
                connection
                        .head("POST /v1/files HTTP/1.1", "host: localhost", "content-length: " + upload.length)
                        .bytes(upload);

                Answer answer = connection.answer();

                assertEquals(413, answer.status());
                assertEquals("no", answer.text());
            }
            answering.interrupt();
        }
    }

    /** Answers as soon as the head has come, and then takes the rest in, or sends no more and takes in what still comes. */
    private static void refuse(ServerSocket upstream, boolean open) {
        try (Socket socket = upstream.accept()) {
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            if (in.read(new byte[10_000]) < 0) {
                throw new IOException("no request came");
            }
            out.write(REFUSAL);
            if (!open) {
                socket.shutdownOutput();
            }
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
