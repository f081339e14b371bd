package io.reprise.server.upstream;

import io.vertx.core.MultiMap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code Retry-After} (RFC 9110, section 10.2.3), and the finer {@code retry-after-ms} that some providers send beside it. */
final class RetryAfter {
    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,12}");
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT);

    private RetryAfter() {}

    /** How long the sender asks to wait, not negative, or null when it does not say so in a way that we understand. */
    static @Nullable Duration of(MultiMap headers, Instant now) {
        String millis = headers.get("retry-after-ms");
        if (millis != null && WHOLE.matcher(millis.strip()).matches()) {
            return Duration.ofMillis(Long.parseLong(millis.strip()));
        }
        String value = headers.get("retry-after");
        if (value == null) {
            return null;
        }
        if (WHOLE.matcher(value.strip()).matches()) {
            return Duration.ofSeconds(Long.parseLong(value.strip()));
        }
        try {
            Duration wait = Duration.between(now, HTTP_DATE.parse(value.strip(), Instant::from));
            return wait.isNegative() ? Duration.ZERO : wait;
        } catch (DateTimeException notADate) {
            return null;
        }
    }
}
