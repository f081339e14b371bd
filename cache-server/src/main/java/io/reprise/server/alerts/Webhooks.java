package io.reprise.server.alerts;

import io.reprise.server.protocol.StrictJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts alerts as JSON, whose {@code text} Slack shows, on one thread of its own. A post that fails is repeated four times, after a second,
 * four, sixteen and sixty-four; bounded in number. Thread-safe.
 *
 * <p>{@code x-reprise-signature} is {@code sha256=} and the HMAC-SHA-256 of {@code x-reprise-timestamp}, a dot and the body, in hexadecimal.
 */
final class Webhooks implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Webhooks.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int TRIES = 5;
    private static final int MOST_WAITING = 200;

    private final List<URI> urls;
    private final byte[] secret;
    private final long firstDelayMillis;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("reprise-webhooks").factory());
    private final AtomicInteger waiting = new AtomicInteger();
    private final LongAdder failed = new LongAdder();

    /** @param firstDelayMillis until the second try; each later one waits four times as long */
    Webhooks(List<URI> urls, byte[] secret, long firstDelayMillis) {
        this.urls = List.copyOf(urls);
        this.secret = secret.clone();
        this.firstDelayMillis = firstDelayMillis;
    }

    void post(Alert alert) {
        byte[] body = StrictJson.bytes(StrictJson.object()
                .put("text", "Reprise: " + alert.text())
                .put("cause", alert.cause().name().toLowerCase(Locale.ROOT))
                .put("subject", alert.subject())
                .put("window", alert.window())
                .put("at", alert.at().toString()));
        for (URI url : urls) {
            if (waiting.incrementAndGet() > MOST_WAITING) {
                waiting.decrementAndGet();
                failed.increment();
            } else {
                schedule(url, body, 1, 0);
            }
        }
    }

    /** Posts that were given up. */
    long failed() {
        return failed.sum();
    }

    private void schedule(URI url, byte[] body, int attempt, long delayMillis) {
        try {
            ScheduledFuture<?> unused =
                    thread.schedule(() -> attempt(url, body, attempt), delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            waiting.decrementAndGet();
            failed.increment();
        }
    }

    private void attempt(URI url, byte[] body, int attempt) {
        String problem;
        try {
            int status =
                    client.send(request(url, body), BodyHandlers.discarding()).statusCode();
            if (status / 100 == 2) {
                waiting.decrementAndGet();
                return;
            }
            problem = "was answered " + status;
        } catch (IOException | IllegalArgumentException e) {
            problem = "failed: " + e.getClass().getSimpleName();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (attempt < TRIES) {
            schedule(url, body, attempt + 1, firstDelayMillis << (2 * (attempt - 1)));
            return;
        }
        waiting.decrementAndGet();
        failed.increment();
        // Its path may hold a key.
        log.warn("An alert could not be posted to {} in {} tries; the last {}", url.getHost(), TRIES, problem);
    }

    private HttpRequest request(URI url, byte[] body) {
        String timestamp = Long.toString(System.currentTimeMillis() / 1000);
        return HttpRequest.newBuilder(url)
                .timeout(TIMEOUT)
                .header("content-type", "application/json")
                .header("x-reprise-timestamp", timestamp)
                .header("x-reprise-signature", "sha256=" + signature(timestamp, body))
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    private String signature(String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        client.shutdownNow();
    }
}
