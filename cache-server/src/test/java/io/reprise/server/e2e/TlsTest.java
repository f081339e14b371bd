package io.reprise.server.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.reprise.server.cli.StartException;
import io.reprise.server.config.ConfigException;
import io.reprise.server.testupstream.SelfSigned;
import io.reprise.server.testupstream.TestUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A listener with a certificate: what clients get, what follows a change of its files, and what stops the start. */
@Timeout(120)
class TlsTest {
    private static final String NO_UPSTREAM = "http://127.0.0.1:1";
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path certificates;

    @TempDir
    Path folder;

    private static Pair first;
    private static Pair second;
    private static TestUpstream upstream;

    private Path cert;
    private Path key;

    /** A certificate for {@code localhost} in a file, and its key in another. */
    private record Pair(X509Certificate certificate, Path cert, Path key) {
        static Pair create(String name) throws IOException, GeneralSecurityException {
            Path here = Files.createDirectory(certificates.resolve(name));
            SelfSigned made = SelfSigned.create(here);
            char[] password = made.key().getPassword().toCharArray();
            KeyStore store = KeyStore.getInstance(Path.of(made.key().getPath()).toFile(), password);
            byte[] secret = store.getKey("server", password).getEncoded();
            String pem = "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(secret)
                    + "\n-----END PRIVATE KEY-----\n";
            return new Pair(made.certificate(), made.pem(), Files.writeString(here.resolve("key.pem"), pem));
        }

        /** A client that trusts this certificate alone. */
        HttpClient client(HttpClient.Version version) {
            try {
                KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
                trusted.load(null, null);
                trusted.setCertificateEntry("server", certificate);
                TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                trust.init(trusted);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, trust.getTrustManagers(), null);
                return HttpClient.newBuilder()
                        .version(version)
                        .sslContext(context)
                        .build();
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeAll
    static void makeCertificates() throws IOException, GeneralSecurityException {
        first = Pair.create("first");
        second = Pair.create("second");
        upstream = TestUpstream.start();
    }

    @AfterAll
    static void closeUpstream() {
        upstream.close();
    }

    @BeforeEach
    void installFirst() throws IOException {
        cert = Files.copy(first.cert, folder.resolve("cert.pem"));
        key = Files.copy(first.key, folder.resolve("key.pem"));
    }

    @AfterEach
    void nothingOfATestStays() throws IOException {
        Files.deleteIfExists(cert);
    }

    @Test
    void client_agreesOnHttp2AndIsServed() {
        try (RunningServer server = start();
                HttpClient http = first.client(HttpClient.Version.HTTP_2)) {
            WireCaller caller = caller(http, server);
            HttpResponse<Void> live = caller.send(
                    caller.request("GET", "/health/live", BodyPublishers.noBody()),
                    HttpResponse.BodyHandlers.discarding());

            assertEquals(200, live.statusCode());
            assertEquals(HttpClient.Version.HTTP_2, live.version());
            assertEquals("miss", outcome(caller, Chats.QUESTION));
            assertEquals("semantic", outcome(caller, Chats.PARAPHRASE));
        }
    }

    @Test
    void clientOfHttp1_isServedToo() {
        try (RunningServer server = start();
                HttpClient http = first.client(HttpClient.Version.HTTP_1_1)) {
            WireCaller caller = caller(http, server);

            assertEquals("miss", outcome(caller, Chats.QUESTION));
            assertEquals("exact", outcome(caller, Chats.QUESTION));
            Answer stream = caller.post(Chats.PATH, Chats.streaming(Chats.QUESTION));
            assertTrue(stream.text().endsWith("data: [DONE]\n\n"), stream.text());
        }
    }

    @Test
    void clientWithoutTls_getsNoAnswer() throws IOException {
        try (RunningServer server = start();
                Socket plain = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            plain.setSoTimeout(20_000);
            plain.getOutputStream()
                    .write("GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            String answer = new String(plain.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertTrue(!answer.contains("HTTP/1"), answer);
        }
    }

    @Test
    void clientThatNeverShakesHands_isClosed() throws IOException {
        try (RunningServer server = start("limits.head_timeout_ms=200");
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            silent.setSoTimeout(20_000);
            assertEquals(-1, silent.getInputStream().read());
        }
    }

    @Test
    void changedFiles_areShownToNewConnectionsOnceTheyFit() throws IOException {
        try (RunningServer server = start()) {
            assertTrue(isTrusted(first, server));

            // Half a renewal, and garbage: the old pair goes on.
            replace(cert, Files.readAllBytes(second.cert));
            replace(key, "no key".getBytes(StandardCharsets.US_ASCII));
            assertTrue(isTrusted(first, server));
            replace(key, Files.readAllBytes(second.key));

            Eventually.await(SOON, () -> isTrusted(second, server));
            assertTrue(!isTrusted(first, server));
        }
    }

    @Test
    void missingFile_stopsTheStartAndIsNamed() {
        assertMentions(
                failure("tls.cert=" + cert, "tls.key=" + folder.resolve("nowhere.pem")), "tls.key", "nowhere.pem");
        assertMentions(
                failure("tls.cert=" + folder.resolve("nowhere.pem"), "tls.key=" + key), "tls.cert", "nowhere.pem");
    }

    @Test
    void filesThatHoldSomethingElse_stopTheStartAndAreNamed() throws IOException {
        Path garbage = Files.writeString(folder.resolve("garbage.pem"), "this is no PEM");

        assertMentions(failure("tls.cert=" + garbage, "tls.key=" + key), "tls.cert", "garbage.pem");
        assertMentions(failure("tls.cert=" + cert, "tls.key=" + garbage), "tls.key", "garbage.pem");
        assertMentions(failure("tls.cert=" + cert, "tls.key=" + cert), "tls.key", "cert.pem");
        assertMentions(failure("tls.cert=" + folder, "tls.key=" + key), "tls.cert", folder.toString());
    }

    @Test
    void keyOfAnotherCertificate_stopsTheStartAndIsSaid() {
        assertMentions(failure("tls.cert=" + cert, "tls.key=" + second.key), "is not the key of the certificate");
    }

    @Test
    void oneWithoutTheOther_isAProblemOfTheConfiguration() {
        for (List<String> one :
                List.of(List.of("tls.cert=" + cert, "tls.key"), List.of("tls.key=" + key, "tls.cert"))) {
            ConfigException rejected = assertThrows(
                    ConfigException.class,
                    () -> RunningServer.config(folder.resolve("data"), NO_UPSTREAM, one.getFirst()));
            assertEquals(one.getLast(), rejected.problems().getFirst().key());
        }
    }

    private RunningServer start(String... more) {
        String[] settings = new String[more.length + 2];
        settings[0] = "tls.cert=" + cert;
        settings[1] = "tls.key=" + key;
        System.arraycopy(more, 0, settings, 2, more.length);
        return RunningServer.start(folder.resolve("data"), upstream.url(), Clock.systemUTC(), settings);
    }

    private static WireCaller caller(HttpClient http, RunningServer server) {
        return new WireCaller(http, "https://localhost:" + server.port(), "authorization", "Bearer sk-tls");
    }

    private static String outcome(WireCaller caller, String question) {
        return caller.post(Chats.PATH, Chats.asking(question)).header("x-reprise-outcome");
    }

    private static boolean isTrusted(Pair pair, RunningServer server) {
        try (HttpClient http = pair.client(HttpClient.Version.HTTP_1_1)) {
            return caller(http, server).get("/health/live").status() == 200;
        } catch (UncheckedIOException e) {
            assertTrue(e.getCause() instanceof SSLException, String.valueOf(e.getCause()));
            return false;
        }
    }

    private static void replace(Path file, byte[] bytes) throws IOException {
        Path beside = Files.write(file.resolveSibling("new"), bytes);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private String failure(String... settings) {
        StartException failure = assertThrows(StartException.class, () -> RunningServer.start(
                        folder.resolve("data"), NO_UPSTREAM, Clock.systemUTC(), settings)
                .close());
        String line = String.valueOf(failure.getMessage());
        assertEquals(1, line.lines().count(), line);
        assertTrue(Files.notExists(folder.resolve("data")), "nothing was made on disk");
        return line;
    }

    private static void assertMentions(String line, String... parts) {
        for (String part : parts) {
            assertTrue(line.contains(part), line);
        }
    }
}
