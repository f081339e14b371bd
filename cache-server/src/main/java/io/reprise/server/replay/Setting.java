package io.reprise.server.replay;

import java.math.BigDecimal;

/**
 * A setting to try.
 *
 * @param section the part of the configuration that it is in
 * @param name its name there
 */
public record Setting(String section, String name, double value) {
    /** The line of YAML that sets it. */
    String yaml() {
        return section + ": {" + name + ": " + number() + "}";
    }

    String key() {
        return section + "." + name;
    }

    String number() {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}
