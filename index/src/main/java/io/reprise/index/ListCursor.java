package io.reprise.index;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place in a listing: just after the entry with this time and id. Stable, because neither ever changes for a listed version.
 *
 * <p>Its natural order is the listing's: newest first, then by id.
 */
record ListCursor(long createdAtMillis, String id) implements Comparable<ListCursor> {

    private static final Pattern FORM = Pattern.compile("1:(-?[0-9]{1,19}):([A-Za-z0-9_-]{1,64})");
    private static final Comparator<ListCursor> NEWEST_FIRST =
            Comparator.comparingLong(ListCursor::createdAtMillis).reversed().thenComparing(ListCursor::id);

    static ListCursor after(Entry entry) {
        return new ListCursor(entry.createdAtMillis(), entry.id());
    }

    /** Null for null. */
    static @Nullable ListCursor decoded(@Nullable String cursor) {
        if (cursor == null) {
            return null;
        }
        try {
            Matcher form = FORM.matcher(new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.ISO_8859_1));
            if (form.matches()) {
                return new ListCursor(Long.parseLong(form.group(1)), form.group(2));
            }
        } catch (IllegalArgumentException e) {
            throw unknown(cursor, e);
        }
        throw unknown(cursor, null);
    }

    String encoded() {
        byte[] form = ("1:" + createdAtMillis + ":" + id).getBytes(StandardCharsets.ISO_8859_1);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(form);
    }

    @Override
    public int compareTo(ListCursor other) {
        return NEWEST_FIRST.compare(this, other);
    }

    private static IllegalArgumentException unknown(String cursor, @Nullable Exception cause) {
        return new IllegalArgumentException("cursor must come from the page before, is " + cursor, cause);
    }
}
