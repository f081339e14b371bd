package io.reprise.server.protocol;

import java.util.List;

/**
 * A pattern in which {@code *} stands for any characters, also none; every other character stands for itself.
 *
 * <p>Each piece between two stars is taken where it first occurs after the one before, which leaves the most to the
 * rest: no place is ever tried again, as a regular expression with several stars would.
 *
 * @param text as the operator wrote it
 * @param pieces what is between its stars, in order, the first and the last perhaps empty
 */
public record Glob(String text, List<String> pieces) {
    public Glob {
        pieces = List.copyOf(pieces);
    }

    static Glob of(String text) {
        return new Glob(text, List.of(text.split("\\*+", -1)));
    }

    /** These patterns. */
    public static List<Glob> all(List<String> texts) {
        return texts.stream().map(Glob::of).toList();
    }

    /** Whether the pattern stands for the whole text. */
    public boolean matches(String whole) {
        String first = pieces.getFirst();
        String last = pieces.getLast();
        if (pieces.size() == 1) {
            return whole.equals(first);
        }
        int end = whole.length() - last.length();
        if (end < first.length() || !whole.startsWith(first) || !whole.endsWith(last)) {
            return false;
        }
        int at = first.length();
        for (String piece : pieces.subList(1, pieces.size() - 1)) {
            int found = whole.indexOf(piece, at);
            if (found < 0 || found + piece.length() > end) {
                return false;
            }
            at = found + piece.length();
        }
        return true;
    }
}
