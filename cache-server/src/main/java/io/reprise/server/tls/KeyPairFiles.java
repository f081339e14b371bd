package io.reprise.server.tls;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a certificate's file and of its key's, as they were read together.
 *
 * @param cert a chain in PEM, the server's own certificate first
 * @param key a private key in PEM
 */
record KeyPairFiles(Path certFile, Path keyFile, byte[] cert, byte[] key) {
    private static final long MAX_BYTES = 1 << 20;
    private static final byte[] PROBE = "Does this key belong to this certificate?".getBytes(StandardCharsets.US_ASCII);

    /** Reads both, without a look at what they hold. */
    static KeyPairFiles read(Path certFile, Path keyFile) {
        return new KeyPairFiles(certFile, keyFile, bytes("tls.cert", certFile), bytes("tls.key", keyFile));
    }

    private static byte[] bytes(String setting, Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new TlsException(setting + ": " + file + " is larger than " + MAX_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new TlsException(setting + ": there is no file " + file, e);
        } catch (IOException e) {
            throw new TlsException(setting + ": " + file + " cannot be read (" + e + ")", e);
        }
    }

    boolean sameAs(KeyPairFiles other) {
        return Arrays.equals(cert, other.cert) && Arrays.equals(key, other.key);
    }

    /**
     * The server's own certificate, once it is sure that the key belongs to it.
     *
     * @throws TlsException when either file holds something else, or they do not belong together
     */
    X509Certificate checked() {
        X509Certificate own = certificates().getFirst();
        PrivateKey secret = privateKey();
        try {
            Signature signature = Signature.getInstance(algorithm(secret));
            signature.initSign(secret);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(own.getPublicKey());
            signature.update(PROBE);
            if (signature.verify(signed)) {
                return own;
            }
        } catch (GeneralSecurityException e) {
            // Of another kind than the certificate's: no pair either.
        }
        throw new TlsException("tls.key: " + keyFile + " is not the key of the certificate in " + certFile
                + "; take the two that were made together");
    }

    /** As Vert.x takes them. */
    PemKeyCertOptions options() {
        return new PemKeyCertOptions().setCertValue(Buffer.buffer(cert)).setKeyValue(Buffer.buffer(key));
    }

    private List<X509Certificate> certificates() {
        List<X509Certificate> chain;
        try {
            chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(cert))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
        } catch (CertificateException e) {
            throw new TlsException("tls.cert: " + certFile + " does not hold certificates in PEM", e);
        }
        if (chain.isEmpty()) {
            throw new TlsException("tls.cert: " + certFile + " holds no certificate");
        }
        return chain;
    }

    /** Read by the very code that will use it. */
    private PrivateKey privateKey() {
        try {
            KeyManagerFactory factory = options().getKeyManagerFactory(null);
            for (KeyManager manager : factory.getKeyManagers()) {
                if (manager instanceof X509KeyManager keys) {
                    for (String type : List.of("EC", "RSA", "EdDSA", "Ed25519")) {
                        String[] aliases = keys.getServerAliases(type, null);
                        if (aliases != null && aliases.length > 0) {
                            return keys.getPrivateKey(aliases[0]);
                        }
                    }
                }
            }
        } catch (Exception e) {
            throw noKey(e);
        }
        throw noKey(null);
    }

    private TlsException noKey(@Nullable Exception cause) {
        return new TlsException(
                "tls.key: " + keyFile + " does not hold a private key in PEM, RSA, EC or Ed25519, without a password",
                cause);
    }

    private static String algorithm(PrivateKey key) throws GeneralSecurityException {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519" -> "Ed25519";
            default -> throw new GeneralSecurityException("keys of kind " + key.getAlgorithm() + " are not known");
        };
    }
}
