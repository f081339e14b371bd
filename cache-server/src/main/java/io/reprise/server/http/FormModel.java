package io.reprise.server.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the field {@code model} of a form (RFC 7578), in which audio is sent. */
final class FormModel {
    private static final Pattern BOUNDARY =
            Pattern.compile("[;\\s]boundary=(?:\"([^\"]{1,200})\"|([^\";\\s]{1,200}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile("[;\\s]name\\*?=\"?(?:utf-8'')?model[\";\\s]");
    private static final int LONGEST_HEAD = 8 * 1024;

    private FormModel() {}

    /**
     * @param form its bytes as characters
     */
    static ModelName find(String form, boolean whole, @Nullable String contentType) {
        Matcher boundary = BOUNDARY.matcher(contentType == null ? "" : contentType);
        if (!boundary.find()) {
            return new ModelName.Unknown();
        }
        String between = "--" + (boundary.group(1) == null ? boundary.group(2) : boundary.group(1));
        ModelName model = new ModelName.None();
        int at = form.indexOf(between);
        while (at >= 0) {
            int head = at + between.length();
            if (form.startsWith("--", head)) {
                return model;
            }
            int value = form.indexOf("\r\n\r\n", head);
            int end = value < 0 ? -1 : form.indexOf("\r\n" + between, value + 2);
            if (end < 0 || value - head > LONGEST_HEAD) {
                break;
            }
            if (isModel(form.substring(head, value))) {
                model = model.and(new ModelName.Named(text(form.substring(Math.min(value + 4, end), end))));
            }
            at = end + 2;
        }
        return !whole && model instanceof ModelName.Named ? model : new ModelName.Unknown();
    }

    private static boolean isModel(String head) {
        return NAME.matcher(head.toLowerCase(Locale.ROOT) + "\n").find();
    }

    private static String text(String bytes) {
        return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
