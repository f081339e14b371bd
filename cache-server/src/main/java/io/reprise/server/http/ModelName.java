package io.reprise.server.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The model that a request names, for requests that are not read otherwise: upstream may understand what we do not,
 * and it must not be the wrong upstream.
 */
sealed interface ModelName {
    record Named(String name) implements ModelName {}

    /** It surely names none. */
    record None() implements ModelName {}

    /** It may name one that is not found here. */
    record Unknown() implements ModelName {}

    /** Its word and another place's: what both say, or nothing that can be relied on. */
    default ModelName and(ModelName other) {
        return switch (this) {
            case None none -> other;
            case Unknown unknown -> unknown;
            case Named named -> other instanceof None || equals(other) ? named : new Unknown();
        };
    }

    /**
     * Of a body.
     *
     * @param whole whether these are all of its bytes
     * @param contentType its header, or null
     */
    static ModelName of(byte[] bytes, boolean whole, @Nullable String contentType) {
        if (bytes.length == 0) {
            return whole ? new None() : new Unknown();
        }
        String type =
                contentType == null ? "" : contentType.toLowerCase(Locale.ROOT).strip();
        if (type.startsWith("multipart/form-data")) {
            return FormModel.find(new String(bytes, StandardCharsets.ISO_8859_1), whole, contentType);
        }
        return new JsonModel(bytes).find();
    }

    /** Of a query, as it came; null when there is none. */
    static ModelName ofQuery(@Nullable String query) {
        ModelName model = new None();
        if (query != null) {
            for (String field : query.split("&", -1)) {
                int equals = field.indexOf('=');
                if (equals >= 0 && isModel(decoded(field.substring(0, equals)))) {
                    model = model.and(decoded(field.substring(equals + 1)));
                }
            }
        }
        return model;
    }

    /** Azure's realtime API has its deployment there. */
    private static boolean isModel(ModelName name) {
        return name instanceof Named(String said) && (said.equals("model") || said.equals("deployment"));
    }

    private static ModelName decoded(String value) {
        try {
            return new Named(URLDecoder.decode(value, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return new Unknown();
        }
    }
}
