package io.reprise.server.config;

import static java.util.Objects.requireNonNull;

import io.reprise.server.config.Settings.Setting;
import io.reprise.server.config.UpstreamConfig.Wire;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of {@link Combinations} that join settings of upstreams. */
final class UpstreamCombinations {
    /** Where credentials go; one of them beside an API key would leave open which of the two is meant. */
    private static final Set<String> CREDENTIAL_HEADERS = Set.of("authorization", "x-api-key", "api-key");

    private final TypedSettings settings;
    private final Combinations rules;

    UpstreamCombinations(TypedSettings settings, Combinations rules) {
        this.settings = settings;
        this.rules = rules;
    }

    void check() {
        rules.once(UpstreamKeys.OPENAI_API_KEY, UpstreamKeys.OPENAI_API_KEY_FILE);
        rules.once(UpstreamKeys.ANTHROPIC_API_KEY, UpstreamKeys.ANTHROPIC_API_KEY_FILE);
        rules.once(UpstreamKeys.PROXY_URL, UpstreamKeys.PROXY_URL_FILE);
        oneCredential(
                given(UpstreamKeys.OPENAI_API_KEY, UpstreamKeys.OPENAI_API_KEY_FILE), UpstreamKeys.OPENAI_HEADERS);
        oneCredential(
                given(UpstreamKeys.ANTHROPIC_API_KEY, UpstreamKeys.ANTHROPIC_API_KEY_FILE),
                UpstreamKeys.ANTHROPIC_HEADERS);
        proxy();
        List<String> names = List.copyOf(UpstreamBinding.otherNames(settings));
        for (String name : names) {
            other(name);
        }
        for (int later = 1; later < names.size(); later++) {
            for (String earlier : names.subList(0, later)) {
                shadowed(earlier, names.get(later));
            }
        }
    }

    private void proxy() {
        Setting bypass = settings.given(UpstreamKeys.PROXY_BYPASS);
        if (bypass != null && given(UpstreamKeys.PROXY_URL, UpstreamKeys.PROXY_URL_FILE) == null) {
            rules.report(bypass, "not used without a proxy", "only with " + UpstreamKeys.PROXY_URL.path());
        }
    }

    private void other(String name) {
        rules.once(UpstreamKeys.OTHERS_API_KEY, UpstreamKeys.OTHERS_API_KEY_FILE, name);
        oneCredential(
                given(UpstreamKeys.OTHERS_API_KEY, UpstreamKeys.OTHERS_API_KEY_FILE, name),
                UpstreamKeys.OTHERS_HEADERS,
                name);
        Setting any = any(name);
        if (settings.given(UpstreamKeys.OTHERS_URL, name) == null) {
            String allowed = UpstreamKeys.OTHERS_URL.type().allowed() + "; "
                    + any.place().path() + " needs it";
            rules.reportMissing(UpstreamKeys.OTHERS_URL, allowed, any.origin(), name);
        }
        if (given(UpstreamKeys.OTHERS_MODELS, UpstreamKeys.OTHERS_PATHS, name) == null) {
            String allowed = UpstreamKeys.OTHERS_MODELS.type().allowed() + "; or "
                    + UpstreamKeys.OTHERS_PATHS.shownPath(List.of(name)) + "; without either no call fits";
            rules.reportMissing(UpstreamKeys.OTHERS_MODELS, allowed, any.origin(), name);
        }
    }

    /** A setting of this upstream; there is one, because its name comes from one. */
    private Setting any(String name) {
        for (Key<?> key : List.of(
                UpstreamKeys.OTHERS_URL,
                UpstreamKeys.OTHERS_MODELS,
                UpstreamKeys.OTHERS_PATHS,
                UpstreamKeys.OTHERS_WIRE,
                UpstreamKeys.OTHERS_API_KEY,
                UpstreamKeys.OTHERS_API_KEY_FILE,
                UpstreamKeys.OTHERS_INCLUDE_USAGE)) {
            Setting given = settings.given(key, name);
            if (given != null) {
                return given;
            }
        }
        String header = settings.namesUnder(name, UpstreamKeys.OTHERS_HEADERS)
                .iterator()
                .next();
        return requireNonNull(settings.given(UpstreamKeys.OTHERS_HEADERS, name, header));
    }

    private void oneCredential(@Nullable Setting apiKey, Key<Secret> headers, String... names) {
        if (apiKey == null) {
            return;
        }
        for (String header : CREDENTIAL_HEADERS) {
            List<String> place = new ArrayList<>(List.of(names));
            place.add(header);
            Setting given = settings.given(headers, place.toArray(String[]::new));
            if (given != null) {
                String allowed = "this or " + apiKey.place().path() + " (from " + apiKey.origin() + "), not both";
                rules.report(given, "a second credential", allowed);
            }
        }
    }

    /** A pattern that an earlier upstream has too, with the same other condition, never takes a call. */
    private void shadowed(String earlier, String later) {
        if (wire(earlier) == wire(later)
                && !shadowed(UpstreamKeys.OTHERS_MODELS, UpstreamKeys.OTHERS_PATHS, earlier, later)) {
            shadowed(UpstreamKeys.OTHERS_PATHS, UpstreamKeys.OTHERS_MODELS, earlier, later);
        }
    }

    private Wire wire(String name) {
        Wire wire = settings.find(UpstreamKeys.OTHERS_WIRE, name);
        return wire == null ? Wire.OPENAI : wire;
    }

    private boolean shadowed(Key<Words> key, Key<Words> condition, String earlier, String later) {
        Setting given = settings.given(key, later);
        Set<String> both = words(key, later);
        both.retainAll(words(key, earlier));
        if (given == null || both.isEmpty() || !words(condition, earlier).equals(words(condition, later))) {
            return false;
        }
        String pattern = both.iterator().next();
        String reason =
                "gets no call for " + pattern + ", which the earlier " + key.shownPath(List.of(earlier)) + " has too";
        rules.report(given, reason, "each pattern once");
        return true;
    }

    private Set<String> words(Key<Words> key, String name) {
        Words words = settings.find(key, name);
        return new HashSet<>(words == null ? List.of() : words.all());
    }

    private @Nullable Setting given(Key<?> one, Key<?> other, String... names) {
        Setting given = settings.given(one, names);
        return given == null ? settings.given(other, names) : given;
    }
}
