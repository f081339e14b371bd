package io.reprise.server.decision.guard;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A number that a text names.
 *
 * @param value as {@link Numerals#canonical} writes it
 * @param unit what it counts or measures in, one name per unit; null when no known unit stands beside it
 * @param weak whether it is a word that often says nothing about quantity, such as "one" or "first"
 */
record Quantity(String value, @Nullable String unit, boolean weak) {
    private static final int LONGEST_SCALED = 18;
    private static final Map<String, String> UNITS = units();

    private static Map<String, String> units() {
        Map<String, String> units = new HashMap<>();
        for (List<String> line : WordFile.lines("units.txt")) {
            line.forEach(name -> units.put(name, line.getFirst()));
        }
        return Map.copyOf(units);
    }

    /** The unit that a word in lower case names, by its first name; null when it names none. */
    static @Nullable String unitOf(String word) {
        return UNITS.get(word);
    }

    /** The numbers of a text, in its order. */
    static List<Quantity> in(List<Token> tokens) {
        List<Quantity> found = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            Token token = tokens.get(i);
            if (token.kind() == Token.Kind.NUMBER) {
                i = digits(tokens, i, found);
            } else if (token.isWord()) {
                i = words(tokens, i, found);
            }
        }
        return found;
    }

    private static int digits(List<Token> tokens, int at, List<Quantity> found) {
        Token token = tokens.get(at);
        String value = token.form().substring(1);
        boolean minutes = token.joined()
                && value.equals("0")
                && at > 0
                && tokens.get(at - 1).kind() == Token.Kind.NUMBER;
        if (minutes) {
            return at;
        }
        int last = at;
        if (at + 1 < tokens.size() && tokens.get(at + 1).isWord()) {
            Token next = tokens.get(at + 1);
            Long word = Numerals.scale(next.lower());
            Long scale = word == null && next.joined() ? Numerals.suffix(next.lower()) : word;
            if (scale != null) {
                value = times(value, scale);
                last = at + 1;
            }
        }
        String before = UNITS.get(token.lower());
        return add(tokens, last, value, before, false, found);
    }

    private static int words(List<Token> tokens, int at, List<Quantity> found) {
        Token token = tokens.get(at);
        Long roman = Numerals.roman(token.surface());
        if (roman != null) {
            found.add(new Quantity(Long.toString(roman), null, false));
            return at;
        }
        Long small = Numerals.value(token.lower());
        Long value = small == null ? Numerals.scale(token.lower()) : small;
        if (value == null) {
            return at;
        }
        if (token.lower().equals("second")
                && at > 0
                && isArticleOrNumber(tokens.get(at - 1))
                && !tokens.get(at - 1).lower().equals("the")) {
            return at;
        }
        long total = value;
        int last = at;
        while (last + 1 < tokens.size() && tokens.get(last + 1).isWord()) {
            String next = tokens.get(last + 1).lower();
            Long scale = Numerals.scale(next);
            Long unit = Numerals.value(next);
            if (scale != null && total < 1_000_000_000L) {
                total *= scale;
            } else if (unit != null && unit < 10 && total >= 20 && total % 10 == 0 && unit > 0) {
                total += unit;
            } else {
                break;
            }
            last++;
        }
        boolean isOne = total <= 1 && !token.lower().equals("zero");
        boolean weak = small == null || isOne || token.lower().equals("second");
        return add(tokens, last, Long.toString(total), null, weak && last == at, found);
    }

    private static boolean isArticleOrNumber(Token token) {
        return token.kind() == Token.Kind.NUMBER
                || token.lower().equals("a")
                || token.lower().equals("per")
                || Numerals.value(token.lower()) != null;
    }

    private static int add(
            List<Token> tokens, int last, String value, @Nullable String before, boolean weak, List<Quantity> found) {
        String unit = before;
        int end = last;
        if (unit == null && last + 1 < tokens.size() && tokens.get(last + 1).isWord()) {
            unit = UNITS.get(tokens.get(last + 1).lower());
            end = unit == null ? last : last + 1;
        }
        found.add(new Quantity(value, unit, weak));
        return end;
    }

    private static String times(String value, long scale) {
        if (value.length() > LONGEST_SCALED || value.indexOf('.') != value.lastIndexOf('.')) {
            return value + "*" + scale;
        }
        return new BigDecimal(value)
                .multiply(BigDecimal.valueOf(scale))
                .stripTrailingZeros()
                .toPlainString();
    }
}
