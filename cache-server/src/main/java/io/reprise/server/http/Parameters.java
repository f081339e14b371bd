package io.reprise.server.http;

import io.reprise.server.access.Caller;
import io.reprise.server.reply.Problem;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
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
}
