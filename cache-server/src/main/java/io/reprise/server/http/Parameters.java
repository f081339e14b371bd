package io.reprise.server.http;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/** Reads query parameters. */
final class Parameters {
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
