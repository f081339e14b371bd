package io.reprise.server.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.ScopeMask;
import io.reprise.server.protocol.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Says of two values of one part what differs, and which setting would make it none. Immutable. */
final class Diagnosis {
    /** Parameters that bound or seed an answer, and do not say what is asked. */
    private static final Set<String> IGNORABLE =
            Set.of("seed", "max_tokens", "max_completion_tokens", "max_output_tokens", "service_tier");

    private static final Pattern SNAPSHOT = Pattern.compile("-(?:20[0-9]{2}-[0-9]{2}-[0-9]{2}|20[0-9]{6}|latest)$");
    /** Words before a value that tells somebody apart from others. */
    private static final Pattern SOMEBODY =
            Pattern.compile("user|customer|client|tenant|account|patient|member|employee|person"
                    + "|organi[sz]ation|company|owner|subject|student|contact|name|e-?mail|born|birth");

    private static final int BEFORE = 60;
    private static final int MAX_SHOWN = 160;
    private static final String HIDDEN = "\u0000";

    private final List<ScopeMask.Kind> kinds;

    /** @param kinds masks that may be offered */
    Diagnosis(List<ScopeMask.Kind> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    Finding of(String part, String here, String there) {
        if (part.equals(Parts.MODEL)) {
            return model(here, there);
        }
        if (IGNORABLE.contains(part)) {
            return new Finding(
                    part, shown(here), shown(there), "The parameter differs.", "scope:\n  ignore: [" + part + "]");
        }
        if (part.equals("tools") && areTheSameInAnotherOrder(here, there)) {
            return new Finding(
                    part, shown(here), shown(there), "The same tools come in another order; send them in one.", null);
        }
        return text(part, here, there);
    }

    private static Finding model(String here, String there) {
        String family = SNAPSHOT.matcher(here).replaceFirst("");
        boolean one = family.equals(SNAPSHOT.matcher(there).replaceFirst(""));
        return one
                ? new Finding(
                        Parts.MODEL,
                        shown(here),
                        shown(there),
                        "Two names of one model, or of two snapshots of it.",
                        "models:\n  \"" + here + "\":\n    name: " + family + "\n  \"" + there + "\":\n    name: "
                                + family)
                : new Finding(Parts.MODEL, shown(here), shown(there), "Another model is asked.", null);
    }

    private Finding text(String part, String here, String there) {
        int from = 0;
        int most = Math.min(here.length(), there.length());
        while (from < most && here.charAt(from) == there.charAt(from)) {
            from++;
        }
        int tail = 0;
        while (tail < most - from && here.charAt(here.length() - 1 - tail) == there.charAt(there.length() - 1 - tail)) {
            tail++;
        }
        while (from > 0 && isInWord(here.charAt(from - 1))) {
            from--;
        }
        while (tail > 0 && isInWord(here.charAt(here.length() - tail))) {
            tail--;
        }
        String one = shown(here.substring(from, here.length() - tail));
        String other = shown(there.substring(from, there.length() - tail));
        String before = here.substring(Math.max(0, from - BEFORE), from).toLowerCase(Locale.ROOT);
        if (SOMEBODY.matcher(before).find()) {
            return new Finding(part, one, other, "The value may tell somebody apart; nothing is offered for it.", null);
        }
        String mask = mask(here, there);
        return mask == null
                ? new Finding(part, one, other, "The text differs.", null)
                : new Finding(part, one, other, "A " + mask + " differs.", "scope:\n  mask: [" + mask + "]");
    }

    /** Names of masks under which the texts are equal, or null. */
    private @Nullable String mask(String here, String there) {
        for (ScopeMask.Kind kind : kinds) {
            if (hidden(kind, here).equals(hidden(kind, there))) {
                return kind.name();
            }
        }
        String one = here;
        String other = there;
        var names = new StringBuilder();
        for (ScopeMask.Kind kind : kinds) {
            one = hidden(kind, one);
            other = hidden(kind, other);
            names.append(names.isEmpty() ? "" : ", ").append(kind.name());
        }
        return one.equals(other) ? names.toString() : null;
    }

    private static String hidden(ScopeMask.Kind kind, String text) {
        return kind.pattern().matcher(text).replaceAll(HIDDEN + kind.name() + HIDDEN);
    }

    private static boolean isInWord(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == ':' || c == '_' || c == '@' || c == '.';
    }

    private static boolean areTheSameInAnotherOrder(String here, String there) {
        try {
            JsonNode one = StrictJson.parse(here.getBytes(StandardCharsets.UTF_8));
            JsonNode other = StrictJson.parse(there.getBytes(StandardCharsets.UTF_8));
            return one.size() == other.size() && elements(one).equals(elements(other));
        } catch (MalformedRequestException tooLongToBeWhole) {
            return false;
        }
    }

    private static Set<JsonNode> elements(JsonNode list) {
        Set<JsonNode> elements = new HashSet<>();
        list.forEach(elements::add);
        return elements;
    }

    private static String shown(String value) {
        return value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN) + "...";
    }
}
