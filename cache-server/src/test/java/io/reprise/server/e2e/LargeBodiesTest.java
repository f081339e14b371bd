package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.testupstream.Download;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bodies of any size go through in bounded memory and arrive whole; the cached and native routes know their limits. */
class LargeBodiesTest {
    @RegisterExtension
    static final Stage stage = Stage.shared();

    /** With less patience than a large upload takes. */
    @RegisterExtension
    static final Stage impatient = Stage.with("upstream.idle_timeout_ms=1000");

    private static final int HUNDRED_MB = 100 << 20;
    private static final int BLOCK = 1 << 20;

    @Test
    void upload_arrivesWhole() {
        Answer answer = stage.caller().send("POST", "/v1/files", sized(zeros(HUNDRED_MB), HUNDRED_MB));

        assertEquals(200, answer.status());
        assertEquals(HUNDRED_MB, answer.json().path("body_bytes").asInt());
        assertEquals(
                sha256(zeros(HUNDRED_MB)), answer.json().path("body_sha256").asText());
    }

    @Test
    void uploadThatTakesLongerThanUpstreamMayBeSilent_arrivesWhole() {
        int bytes = 4 * HUNDRED_MB;

        Answer answer = impatient.caller().send("POST", "/v1/files", sized(zeros(bytes), bytes));

        assertEquals(200, answer.status(), answer.toString());
        assertEquals(bytes, answer.json().path("body_bytes").asInt());
    }

    @Test
    void uploadOfUnknownLength_arrivesWhole() {
        Answer answer =
                stage.caller().send("PUT", "/v1/files/f-1", BodyPublishers.ofInputStream(() -> zeros(HUNDRED_MB)));

        assertEquals(HUNDRED_MB, answer.json().path("body_bytes").asInt());
        assertEquals(
                sha256(zeros(HUNDRED_MB)), answer.json().path("body_sha256").asText());
    }

    @Test
    void chatOverTheLimit_isForwardedUncached() {
        for (BodyPublisher body : List.of(
                sized(chat(HUNDRED_MB), chatBytes(HUNDRED_MB)), BodyPublishers.ofInputStream(() -> chat(HUNDRED_MB)))) {
            Answer answer = stage.caller().send("POST", Chats.PATH, body);

            assertEquals(200, answer.status());
            assertEquals("reprise; fwd=bypass; detail=\"too-large\"", answer.header("cache-status"));
        }
        stage.upstream().log().requests().forEach(request -> {
            assertEquals(chatBytes(HUNDRED_MB), request.bodyBytes());
            assertEquals(sha256(chat(HUNDRED_MB)), request.bodySha256());
        });
        assertEquals(2, stage.upstreamCalls());
    }

    @Test
    void chatUnderTheLimit_isCached() {
        String chat = text(chat(9_000_000));

        assertEquals("miss", stage.caller().post(Chats.PATH, chat).header("x-reprise-outcome"));
        assertEquals("exact", stage.caller().post(Chats.PATH, chat).header("x-reprise-outcome"));
    }

    @Test
    void download_arrivesWhole() {
        HttpResponse<InputStream> response = stage.caller()
                .send(
                        stage.caller().request("GET", "/v1/download/" + HUNDRED_MB, BodyPublishers.noBody()),
                        BodyHandlers.ofInputStream());

        assertEquals(new Download(HUNDRED_MB).sha256(), sha256(response.body()));
    }

    @Test
    void nativeBodyOverTheLimit_is413ForACallerThatSendsAllOfIt() {
        for (String path : List.of("/v1/cache/lookup", "/v1/cache/entries")) {
            Answer answer = stage.caller().send("POST", path, sized(zeros(HUNDRED_MB), HUNDRED_MB));

            assertEquals(413, answer.status());
            assertEquals("application/problem+json", answer.header("content-type"));
            assertTrue(answer.json().path("detail").asText().contains("10000000"), answer.toString());
        }
    }

    @Test
    void nativeBodyOverTheLimitOfUnknownLength_is413() {
        Answer answer =
                stage.caller().send("POST", "/v1/cache/lookup", BodyPublishers.ofInputStream(() -> zeros(HUNDRED_MB)));

        assertEquals(413, answer.status());
    }

    @Test
    void nativeBodyOverTheLimit_is413ForACallerThatReadsLast() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection
                    .head("POST /v1/cache/lookup HTTP/1.1", "host: localhost", "content-length: " + HUNDRED_MB)
                    .bytes(new byte[HUNDRED_MB]);

            assertEquals(413, connection.answer().status());
        }
    }

    @Test
    void callerThatWaitsForTheGoAhead_isToldToGoOn() {
        String body = Chats.object().put("prompt", "x").toString();
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head(
                    "POST /v1/cache/lookup HTTP/1.1",
                    "host: localhost",
                    "expect: 100-continue",
                    "content-length: " + body.length());
            assertEquals(100, connection.interimStatus());
            connection.body(body);
            assertEquals(200, connection.answer().status());

            connection.head(
                    "POST /v1/files HTTP/1.1",
                    "host: localhost",
                    "expect: 100-continue",
                    "content-length: " + body.length());
            assertEquals(100, connection.interimStatus());
            connection.body(body);
            assertEquals(
                    body.length(), connection.answer().json().path("body_bytes").asInt());
        }
    }

    @Test
    void headOverTheLimit_is431() {
        try (var connection = new RawConnection(stage.server().port())) {
            connection.head("GET /v1/files HTTP/1.1", "host: localhost", "x-long: " + "x".repeat(70_000));

            assertEquals(431, connection.answer().status());
        }
    }

    private static BodyPublisher sized(InputStream body, long bytes) {
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> body), bytes);
    }

    private static InputStream zeros(int bytes) {
        byte[] block = new byte[BLOCK];
        return new SequenceInputStream(Collections.enumeration(Collections.nCopies(bytes / BLOCK, block).stream()
                .map(ByteArrayInputStream::new)
                .toList()));
    }

    /** A chat whose question has so many letters. */
    private static InputStream chat(int letters) {
        String whole = Chats.asking("@").toString();
        int at = whole.indexOf('@');
        byte[] block = "x".repeat(BLOCK).getBytes(StandardCharsets.US_ASCII);
        List<InputStream> parts = new ArrayList<>();
        parts.add(bytes(whole.substring(0, at)));
        for (int i = 0; i < letters / BLOCK; i++) {
            parts.add(new ByteArrayInputStream(block));
        }
        parts.add(bytes(whole.substring(at + 1)));
        return new SequenceInputStream(Collections.enumeration(parts));
    }

    private static long chatBytes(int letters) {
        return Chats.asking("").toString().length() + (long) letters / BLOCK * BLOCK;
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(InputStream in) {
        try (DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
            digested.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digested.getMessageDigest().digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
