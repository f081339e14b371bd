package io.reprise.server.config;

import io.reprise.server.config.ValueType.Showing;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The kinds of values that settings have; those of upstreams alone are in {@link UpstreamValueTypes}. */
final class ValueTypes {
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern DECIMAL =
            Pattern.compile("-?([0-9]{1,9}(\\.[0-9]{0,17})?|\\.[0-9]{1,17})([eE]-?[0-9])?");
    private static final Pattern USD = Pattern.compile("[0-9]{1,6}(\\.[0-9]{0,6})?|\\.[0-9]{1,6}");
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]{0,3})");
    private static final Pattern HOST_NAME =
            Pattern.compile("(?=.{1,253}$)(?!.*\\.[0-9]+$)(?![0-9]+$)[A-Za-z0-9_-]{1,63}(\\.[A-Za-z0-9_-]{1,63})*");
    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
    private static final Pattern SECRET = Pattern.compile("[\\x21-\\x7e]{1,8192}");
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern PRINCIPAL = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final Pattern MODEL_NAME = Pattern.compile("[^\\s\\p{Cntrl}]{1,256}");
    private static final Pattern ORIGIN = Pattern.compile("(?!http://.*:80$)(?!https://.*:443$)(?=.{1,256}$)"
            + "[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[1-9][0-9]{0,4})?");
    private static final Pattern ALLOWED_HOST = Pattern.compile("[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}");
    private static final Pattern TOOL_PATTERN = Pattern.compile("[A-Za-z0-9_.*-]{1,128}");

    private static final Map<String, Long> BYTES_BY_UNIT = Map.of(
            "", 1L,
            "b", 1L,
            "kb", 1_000L,
            "mb", 1_000_000L,
            "gb", 1_000_000_000L,
            "kib", 1L << 10,
            "mib", 1L << 20,
            "gib", 1L << 30);

    private static final long MAX_SECRET_FILE_BYTES = 16_384;

    private ValueTypes() {}

    static ValueType<Integer> integer(int min, int max) {
        return whole(Integer.class, "a whole number from " + min + " to " + max, min, max, Math::toIntExact);
    }

    static ValueType<Long> count() {
        return whole(Long.class, "a whole number from 0 to 1000000000", 0, 1_000_000_000, value -> value);
    }

    static ValueType<Long> positiveCount() {
        return whole(Long.class, "a whole number from 1 to 1000000000", 1, 1_000_000_000, value -> value);
    }

    static ValueType<Duration> millis(long min, long max) {
        return whole(Duration.class, "milliseconds from " + min + " to " + max, min, max, Duration::ofMillis);
    }

    static ValueType<Duration> seconds(long min, long max) {
        return whole(Duration.class, "seconds from " + min + " to " + max, min, max, Duration::ofSeconds);
    }

    private static <T> ValueType<T> whole(
            Class<T> javaType, String allowed, long min, long max, LongFunction<T> fromLong) {
        return new ValueType<>(javaType, allowed, Showing.ALL, (text, surroundings) -> {
            if (!INTEGER.matcher(text).matches()) {
                throw new InvalidValueException("not a whole number");
            }
            long value = Long.parseLong(text);
            if (value < min || value > max) {
                throw new InvalidValueException(value < min ? "too small" : "too large");
            }
            return fromLong.apply(value);
        });
    }

    static ValueType<Double> fraction() {
        return new ValueType<>(Double.class, "a number from 0 to 1", Showing.ALL, (text, surroundings) -> {
            if (!DECIMAL.matcher(text).matches()) {
                throw new InvalidValueException("not a decimal number");
            }
            double value = Double.parseDouble(text);
            if (value < 0 || value > 1) {
                throw new InvalidValueException(value < 0 ? "too small" : "too large");
            }
            return value;
        });
    }

    static ValueType<BigDecimal> temperature() {
        return new ValueType<>(BigDecimal.class, "a number from 0 to 2", Showing.ALL, (text, surroundings) -> {
            if (!DECIMAL.matcher(text).matches()) {
                throw new InvalidValueException("not a decimal number");
            }
            BigDecimal value = new BigDecimal(text);
            if (value.signum() < 0 || value.compareTo(BigDecimal.TWO) > 0) {
                throw new InvalidValueException(value.signum() < 0 ? "too small" : "too large");
            }
            return value;
        });
    }

    static ValueType<Words> toolPatterns() {
        return UpstreamValueTypes.words(TOOL_PATTERN, "tools' names, where `*` stands for any characters");
    }

    static ValueType<Words> origins() {
        return UpstreamValueTypes.words(
                ORIGIN,
                "origins as browsers write them, such as `https://app.example.com` or `http://localhost:5173`: in"
                        + " lower case, without a path and without the scheme's own port");
    }

    static ValueType<Words> hostNames() {
        return UpstreamValueTypes.words(
                ALLOWED_HOST,
                "host names or addresses in lower case, without a port or brackets, such as `cache.example.com`");
    }

    static ValueType<Long> bytes(long min, long max) {
        return size(Long.class, min, max, value -> value);
    }

    static ValueType<Integer> arrayBytes(int min, int max) {
        return size(Integer.class, min, max, Math::toIntExact);
    }

    private static <T> ValueType<T> size(Class<T> javaType, long min, long max, LongFunction<T> fromLong) {
        String allowed = min + " to " + max + " bytes, also written as 10MB (powers of ten) or 10MiB (powers of two)";
        return new ValueType<>(javaType, allowed, Showing.ALL, (text, surroundings) -> {
            Matcher size = SIZE.matcher(text);
            Long unit = size.matches() ? BYTES_BY_UNIT.get(size.group(2).toLowerCase(Locale.ROOT)) : null;
            if (unit == null) {
                throw new InvalidValueException("not a size");
            }
            BigInteger value = new BigInteger(size.group(1)).multiply(BigInteger.valueOf(unit));
            if (value.compareTo(BigInteger.valueOf(min)) < 0) {
                throw new InvalidValueException("too small");
            }
            if (value.compareTo(BigInteger.valueOf(max)) > 0) {
                throw new InvalidValueException("too large");
            }
            return fromLong.apply(value.longValueExact());
        });
    }

    static ValueType<BigDecimal> usdPerMillionTokens() {
        return usd("US dollars per million tokens, at most 6 decimals, below 1000000");
    }

    static ValueType<BigDecimal> usdPerHour() {
        return usd("US dollars per hour, at most 6 decimals, below 1000000");
    }

    private static ValueType<BigDecimal> usd(String allowed) {
        return new ValueType<>(BigDecimal.class, allowed, Showing.ALL, (text, surroundings) -> {
            if (!USD.matcher(text).matches()) {
                throw new InvalidValueException("not an amount");
            }
            return new BigDecimal(text);
        });
    }

    static ValueType<Boolean> yesOrNo() {
        return new ValueType<>(Boolean.class, "true or false", Showing.ALL, (text, surroundings) -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new InvalidValueException("neither true nor false");
        });
    }

    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> constants) {
        return oneOf(constants, Map.of());
    }

    /** @param gone choices of earlier versions, with what to do instead */
    static <E extends Enum<E>> ValueType<E> oneOf(Class<E> constants, Map<String, String> gone) {
        E[] values = constants.getEnumConstants();
        String allowed = Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ", "one of ", ""));
        return new ValueType<>(constants, allowed, Showing.ALL, (text, surroundings) -> {
            for (E value : values) {
                if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return value;
                }
            }
            throw new InvalidValueException(gone.getOrDefault(text, "none of the choices"));
        });
    }

    static ValueType<Path> path() {
        String allowed = "a path; a relative one starts at the working directory";
        return new ValueType<>(
                Path.class, allowed, Showing.ALL, (text, surroundings) -> surroundings.resolve(pathOf(text)));
    }

    static Path pathOf(String text) throws InvalidValueException {
        if (text.isEmpty()) {
            throw new InvalidValueException("empty");
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InvalidValueException("not a path");
        }
    }

    static ValueType<String> host() {
        return new ValueType<>(String.class, "an IP address or a host name", Showing.ALL, (text, surroundings) -> {
            if (!HOST_NAME.matcher(text).matches() && !isAddress(text)) {
                throw new InvalidValueException("neither an address nor a name");
            }
            return text;
        });
    }

    private static boolean isAddress(String text) {
        try {
            // Also takes an IPv6 address in brackets, which a socket does not.
            return !text.startsWith("[")
                    && !InetAddress.ofLiteral(text).getHostAddress().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static ValueType<Secret> secret() {
        String allowed = "visible ASCII characters without spaces, at most 8192";
        return secretMatching(SECRET, allowed);
    }

    static ValueType<Secret> secretMatching(Pattern pattern, String allowed) {
        return new ValueType<>(Secret.class, allowed, Showing.NOTHING, (text, surroundings) -> {
            if (!pattern.matcher(text).matches()) {
                throw new InvalidValueException("malformed");
            }
            return new Secret(text);
        });
    }

    static ValueType<Secret> secretFile() {
        return inFile(secret(), "a readable file that holds the secret and nothing else");
    }

    /** The path of a small file that holds a value's text and white space around it. */
    static <T> ValueType<T> inFile(ValueType<T> type, String file) {
        return new ValueType<>(type.javaType(), "the path of " + file, Showing.ALL, (text, surroundings) -> {
            String held = readSmall(surroundings.resolve(pathOf(text)), MAX_SECRET_FILE_BYTES);
            try {
                return type.parse(held.strip(), surroundings);
            } catch (InvalidValueException e) {
                throw new InvalidValueException("what the file holds is " + e.getMessage());
            }
        });
    }

    /** The text of a file. */
    static String readSmall(Path file, long maxBytes) throws InvalidValueException {
        try {
            if (Files.size(file) > maxBytes) {
                throw new InvalidValueException("the file is larger than " + maxBytes + " bytes");
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new InvalidValueException("the file cannot be read");
        }
    }

    static ValueType<String> headerName() {
        return matching(HEADER_NAME, "an HTTP header's name", Showing.ALL);
    }

    static ValueType<String> principalName() {
        return matching(PRINCIPAL, "1 to 128 letters, digits, dots, underscores, colons or hyphens", Showing.ALL);
    }

    static ValueType<String> modelName() {
        return matching(MODEL_NAME, "a model's name as calls give it, at most 256 characters", Showing.ALL);
    }

    /** Not shown: where a hash belongs, a mistaken operator puts the credential. */
    static ValueType<String> credentialSha256() {
        return matching(SHA_256, "the SHA-256 of a credential, 64 lower-case hexadecimal digits", Showing.NOTHING);
    }

    static ValueType<String> matching(Pattern pattern, String allowed, Showing showing) {
        return new ValueType<>(String.class, allowed, showing, (text, surroundings) -> {
            if (!pattern.matcher(text).matches()) {
                throw new InvalidValueException("malformed");
            }
            return text;
        });
    }
}
