package io.reprise.server.rules;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.reprise.server.config.RulesConfig;
import io.reprise.server.config.RulesConfig.Extra;
import io.reprise.server.ledger.Payer;
import io.reprise.server.prompt.CacheQuery;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Glob;
import java.time.Clock;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The answers that an operator has written. Immutable.
 *
 * <p>Time is bounded: texts of more than {@value #MAX_TEXT} characters are not looked at, and expressions match in time linear in the
 * text and their own size.
 */
public final class Rules {
    static final int MAX_TEXT = 4096;

    private static final Pattern FIELD = Pattern.compile("\\{\\{(date|time|model|key|team|user)\\}\\}");

    private final List<Compiled> rules;
    private final Clock clock;

    private record Compiled(RulesConfig.Rule rule, Predicate<String> fits) {}

    /** What a rule says to a call. */
    public record Answer(String rule, String text) {}

    /**
     * @param clock tells the date and time of answers, in UTC
     */
    public Rules(RulesConfig config, Clock clock) {
        this.rules = config.all().stream()
                .map(rule -> new Compiled(rule, fits(rule)))
                .toList();
        this.clock = clock;
    }

    /** What the first rule that fits says, or null where none does, or its answer needs what the caller does not have. */
    public @Nullable Answer to(Call call, CacheQuery query, Payer payer) {
        String text = query.text();
        if (rules.isEmpty() || text.length() > MAX_TEXT) {
            return null;
        }
        Set<Extra> extras = Extras.of(call);
        if (extras == null) {
            return null;
        }
        for (Compiled each : rules) {
            if (each.rule().allow().containsAll(extras) && each.fits().test(text)) {
                String answer = filled(each.rule().answer(), call, payer);
                if (answer != null) {
                    return new Answer(each.rule().name(), answer);
                }
            }
        }
        return null;
    }

    private static Predicate<String> fits(RulesConfig.Rule rule) {
        List<String> texts = rule.patterns().stream().map(Prompts::normal).toList();
        return switch (rule.kind()) {
            case EXACT -> Set.copyOf(texts)::contains;
            case GLOB -> {
                List<Glob> globs = Glob.all(texts);
                yield text -> globs.stream().anyMatch(glob -> glob.matches(text));
            }
            case REGEX -> {
                List<Pattern> expressions =
                        rule.patterns().stream().map(Pattern::compile).toList();
                yield text -> expressions.stream().anyMatch(one -> one.matches(text));
            }
        };
    }

    /** An answer with its fields in place; what stands in a field is taken as it is, braces too. Null where a field has no value. */
    private @Nullable String filled(String answer, Call call, Payer payer) {
        Matcher fields = FIELD.matcher(answer);
        var filled = new StringBuilder();
        int end = 0;
        while (fields.find()) {
            String value = value(fields.group(1), call, payer);
            if (value == null) {
                return null;
            }
            filled.append(answer, end, fields.start()).append(value);
            end = fields.end();
        }
        return filled.append(answer, end, answer.length()).toString();
    }

    private @Nullable String value(String field, Call call, Payer payer) {
        return switch (field) {
            case "date" -> LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).toString();
            case "time" ->
                LocalTime.ofInstant(clock.instant(), ZoneOffset.UTC)
                        .truncatedTo(ChronoUnit.MINUTES)
                        .toString();
            case "model" -> call.model();
            case "key" -> payer.key();
            case "team" -> payer.team();
            case "user" -> payer.user();
            default -> throw new IllegalStateException(field);
        };
    }
}
