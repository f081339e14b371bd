package io.reprise.server.testupstream;

import io.vertx.core.net.PfxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * A new key with a certificate for {@code localhost} (and not for 127.0.0.1) that nobody but itself has signed.
 *
 * @param certificate also its own authority
 * @param key for a server's options
 * @param pem a file that holds the certificate
 */
public record SelfSigned(X509Certificate certificate, PfxOptions key, Path pem) {
    private static final String PASSWORD = "changeit";
    private static final long KEYTOOL_SECONDS = 60;

    /** Made by the JDK's {@code keytool}, which takes about a second; the files go into the folder. */
    public static SelfSigned create(Path folder) {
        Path store = folder.resolve("server.p12");
        try {
            keytool(store);
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            X509Certificate certificate = (X509Certificate) keys.getCertificate("server");
            Path pem = Files.writeString(
                    folder.resolve("ca.pem"),
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                    .encodeToString(certificate.getEncoded())
                            + "\n-----END CERTIFICATE-----\n");
            return new SelfSigned(
                    certificate, new PfxOptions().setPath(store.toString()).setPassword(PASSWORD), pem);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void keytool(Path store) throws IOException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-ext",
                        "bc=ca:true",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool failed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            keytool.destroyForcibly();
        }
    }
}
