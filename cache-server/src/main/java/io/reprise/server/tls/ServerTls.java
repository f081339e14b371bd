package io.reprise.server.tls;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate that a server shows, and its key.
 *
 * <p>Their files are compared with what was read every two seconds, so that a renewed certificate holds without a restart.
 * New files are taken only as a pair that fits: until then, and while they are broken, what was read before goes on.
 * Connections that are open keep the certificate that they began with. Thread-safe.
 */
public final class ServerTls {
    private static final Logger log = LoggerFactory.getLogger(ServerTls.class);
    private static final Duration PERIOD = Duration.ofSeconds(2);

    private volatile KeyPairFiles current;
    /** What was read last and could not be used, so that it is said once. */
    private volatile @Nullable String refused;

    private ServerTls(KeyPairFiles current) {
        this.current = current;
    }

    /**
     * Reads and checks.
     *
     * @throws TlsException when a file is missing or holds something else, or the two do not belong together
     */
    public static ServerTls read(Path cert, Path key) {
        KeyPairFiles files = KeyPairFiles.read(cert, key);
        tell(files.checked());
        return new ServerTls(files);
    }

    /** What holds now, for a server's options. */
    public PemKeyCertOptions current() {
        return current.options();
    }

    /** From now on shows these servers' clients what the files hold. */
    public void follow(Vertx vertx, Collection<HttpServer> servers) {
        vertx.timer(PERIOD.toMillis(), TimeUnit.MILLISECONDS)
                .compose(due -> vertx.executeBlocking(this::changed, false))
                .compose(changed -> changed ? update(servers) : Future.succeededFuture())
                .onFailure(failure -> log.warn("the certificate could not be renewed and is tried again", failure))
                .onComplete(done -> follow(vertx, servers));
    }

    private Future<Void> update(Collection<HttpServer> servers) {
        return Future.join(servers.stream()
                        .map(server -> server.updateSSLOptions(new ServerSSLOptions().setKeyCertOptions(current())))
                        .toList())
                .mapEmpty();
    }

    /** Reads again, and says whether there is another pair. */
    private boolean changed() {
        try {
            KeyPairFiles before = current;
            KeyPairFiles now = KeyPairFiles.read(before.certFile(), before.keyFile());
            if (now.sameAs(before)) {
                refused = null;
                return false;
            }
            tell(now.checked());
            current = now;
            refused = null;
            return true;
        } catch (TlsException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(refused)) {
                refused = reason;
                log.warn("{}; the certificate read before goes on", reason);
            }
            return false;
        }
    }

    private static void tell(X509Certificate own) {
        log.info(
                "certificate of {}, valid until {}",
                own.getSubjectX500Principal(),
                own.getNotAfter().toInstant());
    }
}
