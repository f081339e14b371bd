package io.reprise.server.config;

import io.reprise.server.config.ValueType.Showing;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the operator may put for a segment in angle brackets of a key's path.
 *
 * @param dotted whether a name may have dots, which also divide paths
 * @param variable how the name stands in an environment variable; null when it cannot
 */
record NameType(
        ValueType<String> type, boolean dotted, @Nullable InVariable variable) {

    private static final Pattern VIRTUAL_KEY = Pattern.compile("[a-z0-9_-]{1,64}");

    /**
     * A name's form within an environment variable.
     *
     * @param pattern a regular expression
     * @param name the name that such a form means
     */
    record InVariable(String pattern, UnaryOperator<String> name) {}

    static NameType model() {
        return new NameType(ValueTypes.modelName(), true, null);
    }

    static NameType credential() {
        return new NameType(ValueTypes.credentialSha256(), true, null);
    }

    static NameType upstream() {
        return new NameType(
                UpstreamValueTypes.upstreamName(),
                false,
                new InVariable("[A-Z0-9]+", form -> form.toLowerCase(Locale.ROOT)));
    }

    static NameType header() {
        return new NameType(
                UpstreamValueTypes.extraHeaderName(), true, new InVariable("[A-Z0-9_]+", form -> form.toLowerCase(
                                Locale.ROOT)
                        .replace('_', '-')));
    }

    static NameType virtualKey() {
        return new NameType(
                ValueTypes.matching(
                        VIRTUAL_KEY, "1 to 64 lower-case letters, digits, underscores or hyphens", Showing.ALL),
                false,
                new InVariable("[A-Z0-9]+", form -> form.toLowerCase(Locale.ROOT)));
    }

    /** The name, or what may be shown of it. */
    String shown(String name) {
        return type.showing() == ValueType.Showing.ALL ? name : Secret.REDACTED;
    }
}
