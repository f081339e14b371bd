package io.reprise.server.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What an operator wants left out of the comparison of calls: spans of system prompts and of earlier turns, and fields of requests.
 *
 * <p>A masked span stands for its kind alone. The texts of the last turn are never masked, nor are tools, parameters and formats. Time is
 * linear in what is looked at, which is at most {@value #MAX_CHARACTERS} characters of each text and {@value #MAX_SPANS} spans of a
 * call; past that, and where a mask would hide nearly all of a text, the call is compared as it is. Immutable.
 */
public final class ScopeMask {
    /** Masks nothing. */
    public static final ScopeMask NONE = new ScopeMask(List.of(), List.of(), text -> false);

    private static final int MAX_CHARACTERS = 262_144;
    private static final int MAX_SPANS = 256;
    private static final int MAX_SPAN = 128;
    /** An answer that is longer is not looked at for what it holds, and so serves its own text alone. */
    private static final int MAX_ANSWER = 16_384;
    /** Of a text, in quarters, what masks may hide. */
    private static final int MAX_QUARTERS = 3;

    private static final java.util.regex.Pattern LONG_NUMBER = java.util.regex.Pattern.compile("[0-9]{4,}");

    private final List<Kind> kinds;
    private final List<String> ignored;
    private final Predicate<String> asksForTime;

    /**
     * A kind of spans.
     *
     * @param name tells it from the others
     */
    public record Kind(String name, Pattern pattern) {}

    /**
     * A conversation without its masked spans.
     *
     * @param values what was masked
     */
    public record Masked(Conversation conversation, Set<String> values) {
        public Masked {
            values = Set.copyOf(values);
        }
    }

    /**
     * @param ignored fields at the top of requests
     * @param asksForTime whether a text has to do with when it is said
     */
    public ScopeMask(List<Kind> kinds, List<String> ignored, Predicate<String> asksForTime) {
        this.kinds = List.copyOf(kinds);
        this.ignored = List.copyOf(ignored);
        this.asksForTime = asksForTime;
    }

    /** The same without the fields that are ignored. */
    Conversation withoutIgnored(Conversation asked) {
        if (ignored.stream().noneMatch(asked.shape()::has)) {
            return asked;
        }
        ObjectNode shape = asked.shape().deepCopy();
        shape.remove(ignored);
        return new Conversation(shape, asked.turns());
    }

    /** The conversation as it is compared, or null where nothing of it is masked. */
    public @Nullable Masked masked(Conversation asked) {
        if (kinds.isEmpty() || asked.turns().getLast().texts().stream().anyMatch(asksForTime)) {
            return null;
        }
        var run = new Run();
        ObjectNode shape = asked.shape();
        for (String field : List.of("system", "instructions")) {
            JsonNode masked = run.content(shape.path(field));
            if (masked != null) {
                shape = shape.deepCopy();
                shape.set(field, masked);
            }
        }
        List<Turn> turns = new ArrayList<>();
        int last = asked.turns().size() - 1;
        for (int i = 0; i < last; i++) {
            turns.add(run.turn(asked.turns().get(i)));
        }
        turns.add(asked.turns().get(last));
        return run.values.isEmpty() || run.spans > MAX_SPANS
                ? null
                : new Masked(new Conversation(shape, turns), run.values);
    }

    /** Whether an answer to a call with these masked values may also serve calls with others. */
    public boolean serves(Completion answer, Set<String> values) {
        String text = answer.callsTools() ? answer.tree().toString() : answer.text();
        if (text.length() > MAX_ANSWER || asksForTime.test(text)) {
            return false;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        for (String value : values) {
            if (lower.contains(value.toLowerCase(Locale.ROOT))
                    || LONG_NUMBER.matcher(value).results().anyMatch(number -> text.contains(number.group()))) {
                return false;
            }
        }
        return kinds.stream().noneMatch(kind -> kind.pattern().matcher(text).find());
    }

    /** The masking of one call. */
    private final class Run {
        private final Set<String> values = new LinkedHashSet<>();
        private int spans;

        /** A turn's shape and texts; what is masked of the texts moves into the shape, where no text can pass for it. */
        Turn turn(Turn turn) {
            ObjectNode shape = turn.shape();
            JsonNode content = content(shape.path("content"));
            if (content != null) {
                shape = shape.deepCopy();
                shape.set("content", content);
            }
            ArrayNode texts = StrictJson.object().putArray("texts");
            boolean any = false;
            for (String text : turn.texts()) {
                JsonNode masked = text(text);
                any |= masked != null;
                texts.add(masked == null ? TextNode.valueOf(text) : masked);
            }
            if (!any) {
                return content == null ? turn : new Turn(shape, turn.texts());
            }
            shape = shape.deepCopy();
            shape.set("masked texts", texts);
            return new Turn(shape, List.of());
        }

        /** A text, a list of texts, or a list of parts; null where nothing of it is masked. */
        @Nullable JsonNode content(JsonNode content) {
            if (content.isTextual()) {
                return text(content.textValue());
            }
            if (content.isArray()) {
                ArrayNode parts = StrictJson.object().putArray("parts");
                boolean any = false;
                for (JsonNode part : content) {
                    JsonNode masked = content(part);
                    any |= masked != null;
                    parts.add(masked == null ? part : masked);
                }
                return any ? parts : null;
            }
            if (content instanceof ObjectNode part && part.path("text").isTextual()) {
                JsonNode masked = text(part.path("text").textValue());
                return masked == null ? null : part.deepCopy().<ObjectNode>set("text", masked);
            }
            return null;
        }

        /** The pieces between the spans and the spans' kinds in turn; null where none is masked, or nearly all would be. */
        private @Nullable ArrayNode text(String text) {
            if (text.length() > MAX_CHARACTERS || spans > MAX_SPANS) {
                return null;
            }
            List<Span> found = spans(text);
            long hidden = found.stream()
                    .mapToLong(span -> inked(text.substring(span.from(), span.to())))
                    .sum();
            if (found.isEmpty() || 4 * hidden > MAX_QUARTERS * inked(text)) {
                return null;
            }
            ArrayNode pieces = StrictJson.object().putArray("pieces");
            int end = 0;
            for (Span span : found) {
                pieces.add(text.substring(end, span.from())).add(span.kind());
                values.add(text.substring(span.from(), span.to()));
                end = span.to();
            }
            spans += found.size();
            return pieces.add(text.substring(end));
        }
    }

    /** The spans of a text, from left to right; where two overlap, that of the first kind in the operator's order. */
    private List<Span> spans(String text) {
        List<Span> all = new ArrayList<>();
        for (Kind kind : kinds) {
            List<Span> taken = List.copyOf(all);
            Matcher matcher = kind.pattern().matcher(text);
            while (matcher.find() && all.size() <= MAX_SPANS) {
                var span = new Span(matcher.start(), matcher.end(), kind.name());
                if (span.to() - span.from() <= MAX_SPAN && taken.stream().noneMatch(span::overlaps)) {
                    all.add(span);
                }
            }
        }
        all.sort(Comparator.comparingInt(Span::from));
        return all;
    }

    private static long inked(String text) {
        return text.chars().filter(c -> !Character.isWhitespace(c)).count();
    }

    private record Span(int from, int to, String kind) {
        boolean overlaps(Span other) {
            return from < other.to && other.from < to;
        }
    }
}
