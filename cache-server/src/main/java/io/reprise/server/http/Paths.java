package io.reprise.server.http;

import java.util.List;
import java.util.Locale;

/**
 * Reads paths for what servers understand differently (RFC 3986, sections 3.3 and 5.2.4): upstream must see the path
 * that we see.
 */
final class Paths {
    /**
     * Encoded: a slash and a backslash, control characters, and overlong forms of a slash or a dot (RFC 3629, section
     * 3).
     */
    private static final List<String> ENCODED = List.of("2f", "5c", "0", "1", "7f", "c0", "c1", "e0%80", "f0%80");

    private Paths() {}

    /** Whether a path has only segments with names, none of them encoded so that somebody may read more than one. */
    static boolean isPlain(String path) {
        if (!path.startsWith("/")) {
            return path.equals("*");
        }
        String decoded = path.toLowerCase(Locale.ROOT).replace("%2e", ".");
        for (int at = 0; at < decoded.length(); at++) {
            char c = decoded.charAt(at);
            if (c == '\\' || c == '#' || c <= ' ' || c >= 0x7f || (c == '%' && isAmbiguous(decoded, at + 1))) {
                return false;
            }
        }
        String[] segments = decoded.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            int parameters = segments[i].indexOf(';');
            String name = parameters < 0 ? segments[i] : segments[i].substring(0, parameters);
            boolean last = i == segments.length - 1 && parameters < 0;
            if ((name.isEmpty() && !last) || name.equals(".") || name.equals("..")) {
                return false;
            }
        }
        return true;
    }

    /** No client encodes one (RFC 3986, section 2.3), and a route so written is none of those that are known here. */
    private static boolean isLetterOrDigit(String path, int at) {
        if (at + 2 > path.length()) {
            return false;
        }
        int high = Character.digit(path.charAt(at), 16);
        int low = Character.digit(path.charAt(at + 1), 16);
        int c = 16 * high + low;
        return high >= 0 && low >= 0 && c < 0x80 && Character.isLetterOrDigit(c);
    }

    /** Whether what is encoded here may be a delimiter, also to a server that decodes twice. */
    private static boolean isAmbiguous(String path, int from) {
        int at = from;
        while (path.startsWith("25", at)) {
            at += 2;
        }
        boolean again = at > from;
        if (isLetterOrDigit(path, at)) {
            return true;
        }
        for (String encoded : ENCODED) {
            if (path.startsWith(encoded, at)) {
                return true;
            }
        }
        return again && path.startsWith("2e", at);
    }
}
