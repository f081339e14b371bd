package io.reprise.server.http;

import io.reprise.server.reply.Replies;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lines of comma-separated values (RFC 4180) for spreadsheets, which take a text that begins with {@code =}, {@code +}, {@code -} or
 * {@code @} for a formula: such a text gets an apostrophe in front. Numbers of ours are not texts.
 */
final class Csv {
    private static final String TYPE = "text/csv; charset=utf-8";

    private final StringBuilder lines = new StringBuilder();

    Csv(List<String> header) {
        line(header);
    }

    /** Adds a line; a null is an empty cell. */
    void line(List<? extends @Nullable Object> cells) {
        for (int i = 0; i < cells.size(); i++) {
            lines.append(i == 0 ? "" : ",").append(cell(cells.get(i)));
        }
        lines.append("\r\n");
    }

    void send(HttpServerResponse response) {
        Replies.send(response, 200, TYPE, toString().getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return lines.toString();
    }

    private static String cell(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case Number number -> number.toString();
            case Boolean flag -> flag.toString();
            case Object text -> quoted(harmless(text.toString()));
        };
    }

    private static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 && !isAmount(text) ? "'" + text : text;
    }

    /** Amounts of money are texts, so that they stay exact. */
    private static boolean isAmount(String text) {
        return text.matches("-[0-9]+(\\.[0-9]+)?");
    }

    private static String quoted(String text) {
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
    }
}
