package io.reprise.server.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A caller that speaks plain HTTP and sends the same headers with each request. Immutable; calls block.
 *
 * @param http shared with other callers, and theirs to close
 * @param url of the server, without a path
 * @param headers names and values in turn
 */
record WireCaller(HttpClient http, String url, String... headers) {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** The same caller with further headers, names and values in turn. */
    WireCaller with(String... more) {
        return new WireCaller(http, url, join(headers, more));
    }

    /** The same caller elsewhere. */
    WireCaller at(String otherUrl) {
        return new WireCaller(http, otherUrl, headers);
    }

    Answer get(String path, String... more) {
        return send("GET", path, BodyPublishers.noBody(), more);
    }

    /** A sample of {@code /metrics}, by its name with its labels; the test has failed where there is none. */
    double metric(String name) {
        return get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name));
    }

    Answer delete(String path, String... more) {
        return send("DELETE", path, BodyPublishers.noBody(), more);
    }

    Answer post(String path, String json, String... more) {
        return send("POST", path, BodyPublishers.ofString(json), join(more, "content-type", "application/json"));
    }

    Answer post(String path, JsonNode json, String... more) {
        return post(path, json.toString(), more);
    }

    Answer send(String method, String path, BodyPublisher body, String... more) {
        return Answer.of(send(request(method, path, body, more), BodyHandlers.ofByteArray()));
    }

    /** Returns as soon as the head has come; closing the body before its end drops the connection. */
    HttpResponse<InputStream> open(String path, JsonNode json) {
        return send(
                request("POST", path, BodyPublishers.ofString(json.toString()), "content-type", "application/json"),
                BodyHandlers.ofInputStream());
    }

    HttpRequest request(String method, String path, BodyPublisher body, String... more) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url + path)).method(method, body);
        String[] all = join(headers, more);
        return all.length == 0 ? request.build() : request.headers(all).build();
    }

    /**
     * Sends a request.
     *
     * @throws UncheckedIOException when no whole response comes, or not in time
     */
    <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        // A request's own timeout ends when the head has come: this one is over the whole response.
        CompletableFuture<HttpResponse<T>> response = http.sendAsync(request, handler);
        try {
            return response.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new UncheckedIOException(
                    request.toString(), e.getCause() instanceof IOException cause ? cause : new IOException(e));
        } catch (TimeoutException e) {
            response.cancel(true);
            throw new UncheckedIOException(request + " took more than " + TIMEOUT, new IOException(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static String[] join(String[] some, String... more) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(String[]::new);
    }
}
