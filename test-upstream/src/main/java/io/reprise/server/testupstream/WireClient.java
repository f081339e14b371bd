package io.reprise.server.testupstream;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A client that shows the bytes as they come: no retries, no decompression, HTTP/1.1. Thread-safe; calls block. */
public final class WireClient implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    /** @param url of the server, without a path */
    public WireClient(String url) {
        this.url = url;
    }

    /** POSTs JSON, with further headers as names and values in turn, and reads the whole response. */
    public HttpResponse<byte[]> post(String path, String json, String... headers) throws IOException {
        return send(
                request(path, headers)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    public HttpResponse<byte[]> get(String path, String... headers) throws IOException {
        return send(request(path, headers).GET().build(), BodyHandlers.ofByteArray());
    }

    /** POSTs JSON and returns as soon as the head has arrived; closing the stream drops the connection when it is not at its end. */
    public HttpResponse<InputStream> open(String path, String json) throws IOException {
        return send(
                request(path)
                        .header("content-type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build(),
                BodyHandlers.ofInputStream());
    }

    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return client.send(request, handler);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }

    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).timeout(TIMEOUT);
        return headers.length == 0 ? request : request.headers(headers);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
