package io.reprise.server.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.FailsafeSchema;

/**
 * A price list as YAML: a sequence of maps, one {@link Price} each, prices in USD per million tokens.
 *
 * <p>Read under YAML's failsafe schema, in which every scalar is a string: no price passes through a floating-point number.
 */
final class PriceSheet {
    private static final String BUNDLED = "prices.yaml";

    private static final Set<String> KEYS =
            Set.of("model", "valid_from", "above_input_tokens", "input", "cached_input", "cache_write", "output");

    private PriceSheet() {}

    /** The rows of the list that comes with the program. */
    static List<Price> bundled() {
        try (InputStream in = PriceSheet.class.getResourceAsStream(BUNDLED)) {
            if (in == null) {
                throw new IllegalStateException(BUNDLED + " is missing from the program");
            }
            return read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The rows of a list.
     *
     * @throws IllegalArgumentException when a row has an unknown key, lacks model or input, or has a value that cannot be read
     */
    static List<Price> read(InputStream yaml) {
        if (!(load(yaml) instanceof List<?> rows)) {
            throw new IllegalArgumentException("a price list must be a YAML sequence");
        }
        List<Price> prices = new ArrayList<>(rows.size());
        for (Object row : rows) {
            if (!(row instanceof Map<?, ?> fields)) {
                throw new IllegalArgumentException("a row of a price list must be a YAML map: " + row);
            }
            prices.add(price(fields));
        }
        return List.copyOf(prices);
    }

    private static Object load(InputStream yaml) {
        LoadSettings settings =
                LoadSettings.builder().setSchema(new FailsafeSchema()).build();
        try {
            return new Load(settings).loadFromInputStream(yaml);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException("a price list is not valid YAML: " + e.getMessage(), e);
        }
    }

    private static Price price(Map<?, ?> fields) {
        for (Object key : fields.keySet()) {
            if (!(key instanceof String name) || !KEYS.contains(name)) {
                throw new IllegalArgumentException("unknown key " + key + " in " + fields + ", allowed: " + KEYS);
            }
        }
        String validFrom = field(fields, "valid_from");
        String aboveInputTokens = field(fields, "above_input_tokens");
        return Price.ofUsdPerMillionTokens(
                required(fields, "model"),
                validFrom == null ? null : LocalDate.parse(validFrom),
                aboveInputTokens == null ? 0 : Long.parseLong(aboveInputTokens),
                required(fields, "input"),
                field(fields, "cached_input"),
                field(fields, "cache_write"),
                field(fields, "output"));
    }

    private static String required(Map<?, ?> fields, String key) {
        String value = field(fields, key);
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing in " + fields);
        }
        return value;
    }

    private static @Nullable String field(Map<?, ?> fields, String key) {
        Object value = fields.get(key);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new IllegalArgumentException(key + " must be a scalar in " + fields);
    }
}
