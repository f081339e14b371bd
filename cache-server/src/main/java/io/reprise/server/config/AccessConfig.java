package io.reprise.server.config;

import static io.reprise.server.config.ServerConfig.require;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may call, and what may be spent.
 *
 * @param requireKey whether calls without a virtual key are refused
 * @param open whether a server beyond loopback may spend the operator's keys for anybody
 * @param defaultMaxOutput the most tokens of the answer to a call that does not say and that a budget must hold for, at least 1
 * @param cacheWhenSpent whether the cache still answers when a budget is spent
 * @param onUnknownPrice what becomes of calls whose price is not known where a budget must hold
 * @param keys virtual keys, each name once
 */
public record AccessConfig(
        boolean requireKey,
        boolean open,
        int defaultMaxOutput,
        boolean cacheWhenSpent,
        UnknownPrice onUnknownPrice,
        List<VirtualKey> keys) {

    public AccessConfig {
        require(defaultMaxOutput >= 1, "defaultMaxOutput", defaultMaxOutput, "at least 1");
        keys = List.copyOf(keys);
    }

    /** What becomes of calls whose price is not known. */
    public sealed interface UnknownPrice {
        /** They are refused. */
        record Refuse() implements UnknownPrice {}

        /** They go through, and count for nothing. */
        record Allow() implements UnknownPrice {}

        /** Each token counts for so much. */
        record Assume(long picoDollarsPerToken) implements UnknownPrice {}
    }

    /** With whom a virtual key shares cached answers. */
    public enum Share {
        KEY,
        TEAM,
        ALL
    }

    /**
     * A virtual key of the configuration. What is null or empty is as for a key without that field.
     *
     * @param sha256 of the key's text, 64 lower-case hexadecimal digits
     * @param onExceed what becomes of a call that a budget has no room for: {@code reject} or {@code model:NAME}
     * @param onThreshold what becomes of a call that may cost more than the threshold: {@code reject}, {@code clamp} or {@code model:NAME}
     */
    public record VirtualKey(
            String name,
            String sha256,
            @Nullable String team,
            @Nullable String user,
            List<String> tags,
            List<String> models,
            List<String> routes,
            Share share,
            @Nullable Instant expiresAt,
            boolean disabled,
            List<Budget> budgets,
            String onExceed,
            @Nullable Long rpm,
            @Nullable Long tpm,
            @Nullable Long maxParallel,
            @Nullable Long maxOutputTokens,
            @Nullable Long defaultOutputTokens,
            @Nullable Long maxInputTokens,
            @Nullable BigDecimal costThresholdUsd,
            String onThreshold) {
        public VirtualKey {
            tags = List.copyOf(tags);
            models = List.copyOf(models);
            routes = List.copyOf(routes);
            budgets = List.copyOf(budgets);
        }

        /** Leaves the hash out. */
        @Override
        public String toString() {
            return "VirtualKey[" + name + "]";
        }
    }

    /**
     * What may be spent in each period of a window, written {@code 10/day}, {@code 250.50/month} or {@code 100/week@Europe/Berlin}.
     *
     * @param usd at least 0
     * @param window day, week, month or total
     * @param zone whose calendar the window follows
     */
    public record Budget(BigDecimal usd, String window, ZoneId zone) {
        /** What a text must be, after "allowed: ". */
        public static final String ALLOWED =
                "US dollars, a slash and day, week, month or total, perhaps with a time zone, such as 10/day or"
                        + " 250.50/month@Europe/Berlin";

        private static final Pattern FORM =
                Pattern.compile("([0-9]{1,7}(?:\\.[0-9]{1,12})?)/(day|week|month|total)(?:@([A-Za-z0-9_+:/-]{1,64}))?");
        private static final BigDecimal MAX_USD = new BigDecimal("9000000");

        /**
         * Reads a budget as it is written.
         *
         * @throws IllegalArgumentException when it is none
         */
        public static Budget parse(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw new IllegalArgumentException("not a budget");
            }
            BigDecimal usd = new BigDecimal(form.group(1));
            if (usd.compareTo(MAX_USD) > 0) {
                throw new IllegalArgumentException("too large");
            }
            try {
                ZoneId zone = form.group(3) == null ? ZoneOffset.UTC : ZoneId.of(form.group(3));
                return new Budget(usd, form.group(2), zone);
            } catch (DateTimeException e) {
                throw new IllegalArgumentException("of an unknown time zone", e);
            }
        }
    }
}
