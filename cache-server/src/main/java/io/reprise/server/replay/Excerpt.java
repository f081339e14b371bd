package io.reprise.server.replay;

/**
 * Two texts, shortened to what tells them apart, on one line each. What a terminal or a browser would act on or hide is a space:
 * prompts are written by anybody.
 *
 * @param asked the text asked
 * @param stored the text that it was compared with
 */
record Excerpt(String asked, String stored) {
    private static final int MAX_CHARS = 160;
    /** How much is shown of what is before the first difference, when that is left out. */
    private static final int CONTEXT = 50;

    static Excerpt of(String asked, String stored) {
        int from = 0;
        int shorter = Math.min(asked.length(), stored.length());
        if (Math.max(asked.length(), stored.length()) > MAX_CHARS) {
            while (from < shorter && asked.charAt(from) == stored.charAt(from)) {
                from++;
            }
            from = Math.max(0, from - CONTEXT);
        }
        return new Excerpt(line(asked, from), line(stored, from));
    }

    /** One text, shortened. */
    static String line(String text) {
        return line(text, 0);
    }

    private static String line(String text, int from) {
        int end = Math.min(text.length(), from + MAX_CHARS);
        var line = new StringBuilder(from > 0 ? "…" : "");
        text.substring(from, end).codePoints().map(c -> isPrinted(c) ? c : ' ').forEach(line::appendCodePoint);
        return line.append(end < text.length() ? "…" : "").toString();
    }

    private static boolean isPrinted(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
