package io.reprise.server.http;

import io.reprise.server.access.Caller;
import io.reprise.server.ledger.CallOutcome;
import io.reprise.server.reply.Problem;
import io.reprise.server.requests.CallFilter;
import io.vertx.core.http.HttpServerRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads query parameters. */
final class Parameters {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})([smhd])");

    private Parameters() {}

    static int number(HttpServerRequest request, String name, int absent, int least, int most) {
        String value = text(request, name);
        if (value == null) {
            return absent;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with the values out of range.
        }
        throw Problem.invalid(name, "must be a whole number from " + least + " to " + most);
    }

    /** True or false; false when absent. */
    static boolean flag(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        if (value != null && !value.equals("true") && !value.equals("false")) {
            throw Problem.invalid(name, "must be true or false");
        }
        return "true".equals(value);
    }

    /** The id of an entry, which need not be there; null when absent. */
    static @Nullable String id(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        if (value != null && !ID.matcher(value).matches()) {
            throw Problem.invalid(name, "must be 1 to 64 of A-Z a-z 0-9 _ -");
        }
        return value;
    }

    /** A number with its unit, such as {@code 30d}; null when absent. */
    static @Nullable Duration duration(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        if (value == null) {
            return null;
        }
        Matcher form = DURATION.matcher(value);
        if (!form.matches()) {
            throw Problem.invalid(
                    name, "must be a whole number of up to 6 digits and s, m, h or d, such as 30d or 12h");
        }
        int number = Integer.parseInt(form.group(1));
        return switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
    }

    /** A parameter's value; an empty one counts as absent. */
    static @Nullable String text(HttpServerRequest request, String name) {
        String value = request.getParam(name);
        return value == null || value.isBlank() ? null : value;
    }

    /**
     * Whose entries a request is about: the caller's own, unless an administrator asks with {@code principal=*} for all (null) or names
     * one.
     */
    static @Nullable String principal(HttpServerRequest request, Caller caller) {
        String principal = text(request, "principal");
        if (principal == null) {
            return caller.principal();
        }
        if (!caller.administrator()) {
            throw Problem.forbidden();
        }
        return principal.equals("*") ? null : principal;
    }

    /** As {@link #principal}, for numbers alone: an administrator without a credential of its own sees all of them. */
    static @Nullable String principalOfNumbers(HttpServerRequest request, Caller caller) {
        boolean all = request.getParam("principal") == null && caller.administrator() && caller.anonymous();
        return all ? null : principal(request, caller);
    }

    /** Whether the answer is to be lines for a spreadsheet. */
    static boolean csv(HttpServerRequest request) {
        String format = text(request, "format");
        if (format != null && !format.equals("json") && !format.equals("csv")) {
            throw Problem.invalid("format", "must be json or csv");
        }
        return "csv".equals(format);
    }

    /** Which calls, by their names. */
    static CallFilter calls(HttpServerRequest request) {
        return new CallFilter(
                text(request, "key"),
                text(request, "team"),
                text(request, "user"),
                text(request, "tag"),
                text(request, "model"),
                text(request, "endpoint"),
                outcome(request));
    }

    private static @Nullable String outcome(HttpServerRequest request) {
        String outcome = text(request, "outcome");
        List<String> known =
                Arrays.stream(CallOutcome.values()).map(CallOutcome::id).toList();
        if (outcome != null && !known.contains(outcome)) {
            throw Problem.invalid("outcome", "must be one of " + String.join(", ", known));
        }
        return outcome;
    }

    /**
     * An instant, or a UTC day.
     *
     * @param end whether a day means its end, since a bound that is a day includes it
     */
    static @Nullable Instant instant(HttpServerRequest request, String name, boolean end) {
        String value = text(request, name);
        if (value == null) {
            return null;
        }
        try {
            if (value.length() > 10) {
                return OffsetDateTime.parse(value).toInstant();
            }
            LocalDate day = LocalDate.parse(value);
            return (end ? day.plusDays(1) : day).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw Problem.invalid(name, "must be a day such as 2026-01-31, or a time such as 2026-01-31T09:00:00Z");
        }
    }
}
