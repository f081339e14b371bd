package io.reprise.server.upstream;

import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.GoAway;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.StreamResetException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What went wrong on the way to upstream, told to clients, and whether trying again can be harmless.
 *
 * <p>A call may cost money each time it is answered, so it is sent again only when it is certain that upstream has not seen it. That is
 * so while there was no connection, and when upstream itself says that it did not process the request, which only HTTP/2 can. A
 * connection that closes before the answer's first byte proves nothing, also when it is an old one from the pool: the request may have
 * arrived, and be on its way to a model.
 */
final class Failures {
    /** REFUSED_STREAM (RFC 9113, section 7). */
    private static final long REFUSED_STREAM = 7;

    private Failures() {}

    /** Whether connecting again may help: not where our own pool is full, nor where upstream's certificate is refused. */
    static boolean mayConnectAgain(Throwable failure) {
        return isUpstreams(failure) && !isOfCertificate(failure);
    }

    /** Whether a failure to connect is upstream's, and not that of a pool whose connections are all in use. */
    static boolean isUpstreams(Throwable failure) {
        return !(failure instanceof ConnectionPoolTooBusyException
                || failure instanceof TimeoutException
                || failure instanceof IllegalStateException);
    }

    /** Whether upstream says that it has not processed a request: RFC 9113, section 8.7. */
    static boolean isUnprocessed(HttpClientRequest request, Throwable failure) {
        return switch (failure) {
            case StreamResetException reset -> reset.getCode() == REFUSED_STREAM;
            case HttpClosedException closed -> {
                GoAway goAway = closed.goAway();
                yield goAway != null && request.streamId() > goAway.getLastStreamId();
            }
            default -> false;
        };
    }

    /** No connection. */
    static UpstreamException unconnected(Provider provider, Throwable failure) {
        String upstream = "upstream " + provider.name();
        return switch (failure) {
            case ConnectionPoolTooBusyException busy ->
                new UpstreamException(503, "too many calls wait for a connection to " + upstream, busy);
            case ConnectException unreachable ->
                new UpstreamException(502, upstream + " cannot be reached", unreachable);
            case UnknownHostException unknown ->
                new UpstreamException(502, "the host of " + upstream + " is not known", unknown);
            case TimeoutException slow ->
                new UpstreamException(504, "there was no connection to " + upstream + " in time", slow);
            case SSLException insecure ->
                new UpstreamException(
                        502,
                        "no secure connection to " + upstream
                                + (isOfCertificate(insecure) ? ": its certificate is not trusted" : " could be made"),
                        insecure);
            default -> new UpstreamException(502, "there was no connection to " + upstream, failure);
        };
    }

    /** A connection, and no answer. */
    static UpstreamException unanswered(Provider provider, Throwable failure) {
        String upstream = "upstream " + provider.name();
        return failure instanceof TimeoutException
                ? new UpstreamException(504, upstream + " gave no answer in time", failure)
                : new UpstreamException(502, upstream + " broke off without an answer", failure);
    }

    /** Nobody waits for the answer any more. */
    static UpstreamException givenUp() {
        return new UpstreamException(503, "the call was given up before upstream answered", null);
    }

    /** No attempt at all. */
    static UpstreamException leftAlone(Provider provider, Duration remaining) {
        String message = "upstream " + provider.name() + " has failed repeatedly and is left alone for a while";
        return new UpstreamException(503, message, null, remaining);
    }

    private static boolean isOfCertificate(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException) {
                return true;
            }
        }
        return false;
    }
}
