package io.reprise.server.access;

import java.nio.charset.StandardCharsets;

/** What names of keys, teams, users and tags may be: they stand in logs and reports. */
final class Names {
    static final String ALLOWED =
            "where a name has 1 to 128 characters of Unicode text, no control characters, and no" + " space at an end";
    private static final int MAX_CHARS = 128;

    private Names() {}

    static boolean isName(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_CHARS
                && text.equals(text.strip())
                && text.codePoints().noneMatch(Names::isHidden)
                && StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    /** Characters that cannot be seen, by which two names may look the same. */
    private static boolean isHidden(int codePoint) {
        int type = Character.getType(codePoint);
        return type == Character.CONTROL
                || type == Character.FORMAT
                || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR
                || type == Character.UNASSIGNED
                || type == Character.SURROGATE;
    }
}
