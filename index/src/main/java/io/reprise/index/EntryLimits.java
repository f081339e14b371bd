package io.reprise.index;

import java.util.regex.Pattern;
import org.apache.lucene.util.UnicodeUtil;

/**
 * What every index demands of an entry beyond its type, so that nothing acknowledged can fail later in the background: a keyword must
 * fit a Lucene term and survive UTF-8.
 */
final class EntryLimits {

    static final int MAX_K = 128;
    static final int MAX_PAGE = 1000;
    private static final int MAX_KEYWORD_BYTES = 32_766;
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private EntryLimits() {}

    static void check(Entry entry) {
        if (!ID.matcher(entry.id()).matches()) {
            throw new IllegalArgumentException("id must be 1 to 64 of [A-Za-z0-9_-], is " + entry.id());
        }
        checkKeyword("scope", entry.scope());
        checkKeyword("principal", entry.principal());
        checkKeyword("namespace", entry.namespace());
        if (entry.model() != null) {
            checkKeyword("model", entry.model());
        }
        entry.tags().forEach(tag -> checkKeyword("tag", tag));
    }

    static void checkK(int k) {
        if (k < 1 || k > MAX_K) {
            throw new IllegalArgumentException("k must be 1 to " + MAX_K + ", is " + k);
        }
    }

    static void checkLimit(int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("limit must be 1 to " + MAX_PAGE + ", is " + limit);
        }
    }

    private static void checkKeyword(String name, String value) {
        int bytes = UnicodeUtil.calcUTF16toUTF8Length(value, 0, value.length());
        if (bytes > MAX_KEYWORD_BYTES) {
            throw new IllegalArgumentException(
                    name + " must have at most " + MAX_KEYWORD_BYTES + " bytes of UTF-8, has " + bytes);
        }
        if (!UnicodeUtil.validUTF16String(value)) {
            throw new IllegalArgumentException(name + " must be well-formed Unicode, has an unpaired surrogate");
        }
    }
}
