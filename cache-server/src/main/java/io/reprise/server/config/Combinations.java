package io.reprise.server.config;

import io.reprise.server.config.ServerConfig.PrincipalMode;
import io.reprise.server.config.Settings.Setting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The rules that join several settings. A rule says nothing where one of its settings is a problem already. */
final class Combinations {
    private final TypedSettings settings;
    private final Consumer<ConfigProblem> problems;

    private Combinations(TypedSettings settings, Consumer<ConfigProblem> problems) {
        this.settings = settings;
        this.problems = problems;
    }

    static void check(TypedSettings settings, Consumer<ConfigProblem> problems) {
        Combinations rules = new Combinations(settings, problems);
        rules.once(Keys.ADMIN_TOKEN, Keys.ADMIN_TOKEN_FILE);
        rules.once(RequestKeys.SECRET, RequestKeys.SECRET_FILE);
        rules.principals();
        rules.atMost(Keys.DECISION_FLOOR, Keys.DECISION_CUTOFF);
        rules.atMost(Keys.AUDITS_RATE, Keys.AUDITS_FIRST_RATE);
        rules.audits();
        rules.judge();
        rules.atMost(Keys.CACHE_TTL, Keys.CACHE_MAX_TTL);
        rules.prices();
        rules.atMost(UpstreamKeys.RETRIES_BASE_DELAY, UpstreamKeys.RETRIES_MAX_DELAY);
        new UpstreamCombinations(settings, rules).check();
        new AccessCombinations(settings, rules).check();
    }

    /** A value is given in clear or in a file, not both. */
    void once(Key<?> inClear, Key<?> inFile, String... names) {
        Setting file = settings.given(inFile, names);
        Setting clear = settings.given(inClear, names);
        if (file != null && clear != null) {
            String allowed = "this or " + clear.place().path() + " (from " + clear.origin() + "), not both";
            report(file, "given twice", allowed);
        }
    }

    private void audits() {
        Double first = settings.find(Keys.AUDITS_FIRST_RATE);
        Setting given = settings.given(Keys.AUDITS_RATE);
        Double settled = settings.find(Keys.AUDITS_RATE);
        if (given != null && first != null && settled != null && settled == 0 && first > 0) {
            report(given, "audits would end before anything is shown", "more than 0, or audits.first_rate 0 as well");
        }
    }

    private void judge() {
        rulesOut(Keys.AUDITS_JUDGE_API_KEY);
        rulesOut(Keys.AUDITS_JUDGE_API_KEY_FILE);
        once(Keys.AUDITS_JUDGE_API_KEY, Keys.AUDITS_JUDGE_API_KEY_FILE);
    }

    private void rulesOut(Key<Secret> judgesKey) {
        Setting given = settings.given(judgesKey);
        if (given != null && settings.given(Keys.AUDITS_JUDGE_MODEL) == null) {
            report(given, "not used without audits.judge.model", "only with audits.judge.model");
        }
    }

    private void principals() {
        PrincipalMode mode = settings.find(Keys.PRINCIPALS_MODE);
        Setting givenMode = settings.given(Keys.PRINCIPALS_MODE);
        if (mode == null || givenMode == null) {
            return;
        }
        Setting header = settings.given(Keys.PRINCIPALS_HEADER);
        if (mode == PrincipalMode.HEADER && header == null) {
            String allowed = "a header's name, because principals.mode is header";
            reportMissing(Keys.PRINCIPALS_HEADER, allowed, givenMode.origin());
        }
        if (mode != PrincipalMode.HEADER && header != null) {
            report(header, "not used with principals.mode " + givenMode.shownText(), "only with mode header");
        }
        List<String> hashes = List.copyOf(settings.names(Keys.PRINCIPALS_CREDENTIALS));
        Setting first = hashes.isEmpty() ? null : settings.given(Keys.PRINCIPALS_CREDENTIALS, hashes.getFirst());
        if (mode != PrincipalMode.CREDENTIAL && first != null) {
            report(first, "not used with principals.mode " + givenMode.shownText(), "only with mode credential");
        }
    }

    private <T extends Comparable<T>> void atMost(Key<T> smaller, Key<T> larger) {
        T small = settings.find(smaller);
        T large = settings.find(larger);
        if (small == null || large == null || small.compareTo(large) <= 0) {
            return;
        }
        Setting smallGiven = settings.given(smaller);
        Setting largeGiven = settings.given(larger);
        // The operator can only be told of a line of their own: a default is never the culprit.
        if (smallGiven != null && largeGiven != null) {
            if (smallGiven.origin() instanceof Origin.Default) {
                report(largeGiven, "too small", "at least " + at(smallGiven));
            } else {
                report(smallGiven, "too large", "at most " + at(largeGiven));
            }
        }
    }

    private static String at(Setting setting) {
        return setting.place().path() + ", which is " + setting.shownText() + " from " + setting.origin();
    }

    private void prices() {
        Map<String, Setting> anyPriceByModel = new LinkedHashMap<>();
        for (Key<?> part : List.of(Keys.PRICE_CACHED_INPUT, Keys.PRICE_CACHE_WRITE, Keys.PRICE_OUTPUT)) {
            for (String model : settings.names(part)) {
                Setting given = settings.given(part, model);
                if (given != null) {
                    anyPriceByModel.putIfAbsent(model, given);
                }
            }
        }
        anyPriceByModel.forEach((model, given) -> {
            if (settings.given(Keys.PRICE_INPUT, model) == null) {
                String allowed =
                        Keys.PRICE_INPUT.type().allowed() + "; " + given.place().path() + " needs it";
                reportMissing(Keys.PRICE_INPUT, allowed, given.origin(), model);
            }
        });
    }

    /** A key that another setting needs. */
    void reportMissing(Key<?> key, String allowed, Origin origin, String... names) {
        problems.accept(new ConfigProblem(key.shownPath(List.of(names)), "(none)", "missing", allowed, null, origin));
    }

    void report(Setting setting, String reason, String allowed) {
        problems.accept(new ConfigProblem(
                setting.place().path(), setting.shownText(), reason, allowed, null, setting.origin()));
    }
}
