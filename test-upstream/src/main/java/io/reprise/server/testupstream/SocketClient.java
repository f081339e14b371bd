package io.reprise.server.testupstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A client on a bare socket, for seeing where and how a connection ends. */
final class SocketClient {

    private static final int TIMEOUT_MILLIS = 10_000;

    private SocketClient() {}

    /**
     * All that came until the connection ended.
     *
     * @param text the bytes as ISO 8859-1
     * @param reset whether it ended by a reset
     */
    record Received(String text, boolean reset) {

        String header(String name) {
            return text.lines()
                    .filter(line -> line.startsWith(name + ": "))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(text))
                    .substring(name.length() + 2);
        }

        String body() {
            return text.substring(text.indexOf("\r\n\r\n") + 4);
        }
    }

    /** Asks for one chat completion and reads until the connection ends. */
    static Received exchange(int port, String chatBody) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Socket socket = connect(port)) {
            write(socket, chatBody);
            InputStream in = socket.getInputStream();
            byte[] bytes = new byte[8192];
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                text.append(new String(bytes, 0, n, StandardCharsets.ISO_8859_1));
            }
            return new Received(text.toString(), false);
        } catch (SocketException reset) {
            return new Received(text.toString(), true);
        }
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    static void write(Socket socket, String chatBody) throws IOException {
        String request = "POST " + ChatRequests.PATH + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + chatBody.length()
                + "\r\n\r\n" + chatBody;
        OutputStream out = socket.getOutputStream();
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** Reads one response that has a length, and returns its status line. */
    static String readStatus(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended within the head: " + head);
            }
            head.append((char) next);
        }
        int length = Integer.parseInt(new Received(head.toString(), false).header("content-length"));
        in.skipNBytes(length);
        return head.substring(0, head.indexOf("\r\n"));
    }
}
