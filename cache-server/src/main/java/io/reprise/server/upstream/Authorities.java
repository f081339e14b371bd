package io.reprise.server.upstream;

import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The authorities whose signature on an upstream's certificate is trusted. */
final class Authorities {
    private Authorities() {}

    /** Those that the JDK trusts and these; Vert.x alone would take these in place of those. */
    static TrustOptions withJdk(List<X509Certificate> more) {
        try {
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            int number = 0;
            for (X509Certificate one : trusted(more)) {
                all.setCertificateEntry(Integer.toString(number++), one);
            }
            return TrustOptions.wrap(factory(all));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the JDK's trusted certificates cannot be used", e);
        }
    }

    static List<X509Certificate> trusted(List<X509Certificate> more) throws GeneralSecurityException {
        Stream<X509Certificate> ofJdk = Arrays.stream(factory(null).getTrustManagers())
                .filter(X509TrustManager.class::isInstance)
                .flatMap(manager -> Arrays.stream(((X509TrustManager) manager).getAcceptedIssuers()));
        return Stream.concat(ofJdk, more.stream()).toList();
    }

    private static TrustManagerFactory factory(@Nullable KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory;
    }
}
