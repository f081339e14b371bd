package io.reprise.server.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Finds the member {@code model} of a JSON object more leniently than it is read: after a byte order mark, beside what
 * is no JSON, in an object that does not end. Looks at each byte once; nothing nests. Not thread-safe.
 */
final class JsonModel {
    private static final int END = -1;

    private final byte[] json;
    private int at;

    JsonModel(byte[] json) {
        this.json = json;
    }

    ModelName find() {
        if (json.length >= 3 && json[0] == (byte) 0xef && json[1] == (byte) 0xbb && json[2] == (byte) 0xbf) {
            at = 3;
        }
        if (next() != '{') {
            return new ModelName.Unknown();
        }
        at++;
        ModelName model = new ModelName.None();
        while (true) {
            int c = next();
            if (c == ',') {
                at++;
            } else if (c == '}') {
                return model;
            } else if (c != '"') {
                return unlessNamed(model);
            } else {
                String name = string();
                if (name == null || next() != ':') {
                    return unlessNamed(model);
                }
                at++;
                boolean text = next() == '"';
                int begin = at;
                if (!name.equals("model")) {
                    skip();
                } else if (text) {
                    String value = string();
                    model = value == null ? new ModelName.Unknown() : model.and(new ModelName.Named(value));
                } else {
                    skip();
                    model = isNull(begin) ? model : new ModelName.Unknown();
                }
            }
        }
    }

    /** Where an object does not end, what was found is all that can be known. */
    private static ModelName unlessNamed(ModelName model) {
        return model instanceof ModelName.Named ? model : new ModelName.Unknown();
    }

    private boolean isNull(int begin) {
        return new String(json, begin, at - begin, StandardCharsets.ISO_8859_1)
                .strip()
                .equals("null");
    }

    /** The next byte that is no white space, which is not passed; {@link #END} after the last. */
    private int next() {
        while (at < json.length && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) {
            at++;
        }
        return at < json.length ? json[at] : END;
    }

    /** Passes a text; null when it does not end. */
    private @Nullable String string() {
        int begin = ++at;
        boolean escaped = false;
        while (at < json.length && json[at] != '"') {
            escaped |= json[at] == '\\';
            at += json[at] == '\\' ? 2 : 1;
        }
        if (at >= json.length) {
            at = json.length;
            return null;
        }
        String raw = new String(json, begin, at - begin, StandardCharsets.UTF_8);
        at++;
        return escaped ? unescaped(raw) : raw;
    }

    /** Passes a value. */
    private void skip() {
        int depth = 0;
        while (at < json.length) {
            int c = json[at];
            if (c == '"') {
                passString();
            } else if (c == '{' || c == '[') {
                depth++;
                at++;
            } else if (c == '}' || c == ']') {
                if (depth == 0) {
                    return;
                }
                depth--;
                at++;
            } else if (c == ',' && depth == 0) {
                return;
            } else {
                at++;
            }
        }
    }

    private void passString() {
        at++;
        while (at < json.length && json[at] != '"') {
            at += json[at] == '\\' ? 2 : 1;
        }
        at = Math.min(at + 1, json.length);
    }

    private static String unescaped(String raw) {
        var text = new StringBuilder(raw.length());
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i++);
            if (c != '\\' || i == raw.length()) {
                text.append(c);
                continue;
            }
            char escaped = raw.charAt(i++);
            switch (escaped) {
                case 'n' -> text.append('\n');
                case 't' -> text.append('\t');
                case 'r' -> text.append('\r');
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'u' -> {
                    int code = i + 4 <= raw.length() ? hex(raw.substring(i, i + 4)) : END;
                    if (code >= 0) {
                        text.append((char) code);
                        i += 4;
                    }
                }
                default -> text.append(escaped);
            }
        }
        return text.toString();
    }

    private static int hex(String digits) {
        int code = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), 16);
            if (digit < 0) {
                return END;
            }
            code = code * 16 + digit;
        }
        return code;
    }
}
