package io.reprise.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Asks a running server for a link that logs a browser in. */
final class LoginLink {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LoginLink() {}

    /**
     * The link.
     *
     * @throws TransferException when the server gives none, for a reason that the operator can mend
     */
    static String ask(ServerAddress server) {
        if (server.token() == null) {
            throw new TransferException(
                    "needs the administrator's token: give --token, or the server's data folder with --data", null);
        }
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/v1/admin/login-codes"))
                .timeout(TIMEOUT)
                .header("x-reprise-admin", server.token())
                .POST(BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build()) {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            if (response.statusCode() == 403) {
                throw new TransferException(
                        server.url() + " does not take this token; give its own with --token, or"
                                + " its data folder with --data",
                        null);
            }
            JsonNode path = JSON.readTree(response.body()).path("path");
            if (response.statusCode() != 201 || !path.asText().startsWith("/login?")) {
                throw noLink(server, response.statusCode(), null);
            }
            return server.url() + path.asText();
        } catch (JsonProcessingException e) {
            throw noLink(server, 0, e);
        } catch (IOException e) {
            throw new TransferException("cannot ask " + server.url() + " (" + e + "); is it running? Give --url", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransferException("interrupted while asking " + server.url(), e);
        }
    }

    private static TransferException noLink(ServerAddress server, int status, @Nullable Throwable cause) {
        String answered = status == 0 ? "" : " (it answered " + status + ")";
        return new TransferException(server.url() + " gave no link" + answered + "; is that a Reprise server?", cause);
    }
}
