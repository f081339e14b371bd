package io.reprise.server.upstream;

import io.reprise.server.protocol.Call;
import io.reprise.server.protocol.Glob;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which upstream takes a call: of the rules, the first that fits, else the one that the call's wire has by default. Pure and
 * immutable.
 *
 * <p>A rule takes calls of its own provider's API alone, so that no body reaches an upstream that speaks another one.
 */
public final class Upstreams {
    private final Provider openAi;
    private final Provider anthropic;
    private final List<Matcher> matchers;

    /**
     * Sends some calls elsewhere.
     *
     * @param models patterns of the models that it takes; empty for all, also for calls whose model is not known
     * @param paths patterns of the request paths that it takes; empty for all
     */
    public record Rule(Provider provider, List<String> models, List<String> paths) {
        public Rule {
            models = List.copyOf(models);
            paths = List.copyOf(paths);
            if (models.isEmpty() && paths.isEmpty()) {
                throw new IllegalArgumentException("models and paths are empty; allowed: one of them");
            }
        }
    }

    /** A rule with its patterns compiled. */
    private record Matcher(Provider provider, List<Glob> models, List<Glob> paths) {
        boolean fits(Provider.Api api, @Nullable String path, @Nullable String model) {
            return (models.isEmpty() || (model != null && models.stream().anyMatch(glob -> glob.matches(model))))
                    && fits(api, path);
        }

        boolean fits(Provider.Api api, @Nullable String path) {
            return provider.api() == api
                    && (paths.isEmpty() || (path != null && paths.stream().anyMatch(glob -> glob.matches(path))));
        }
    }

    /**
     * @param openAi of OpenAI-compatible calls that no rule takes
     * @param anthropic of Anthropic-compatible calls that no rule takes
     * @param rules in order of precedence
     */
    public Upstreams(Provider openAi, Provider anthropic, List<Rule> rules) {
        this.openAi = openAi;
        this.anthropic = anthropic;
        this.matchers = rules.stream()
                .map(rule -> new Matcher(rule.provider(), Glob.all(rule.models()), Glob.all(rule.paths())))
                .toList();
    }

    /** All of them, each once. */
    public List<Provider> all() {
        return Stream.concat(Stream.of(openAi, anthropic), matchers.stream().map(Matcher::provider))
                .distinct()
                .toList();
    }

    public Provider openAi() {
        return openAi;
    }

    /** Whether any of them is called with a key of the operator's. */
    public boolean haveOwnKey() {
        return openAi.hasKeyOfItsOwn()
                || anthropic.hasKeyOfItsOwn()
                || matchers.stream().anyMatch(matcher -> matcher.provider().hasKeyOfItsOwn());
    }

    public Provider anthropic() {
        return anthropic;
    }

    /** As {@link #nameInScope(Provider, String, String)}, for a call that would come on its wire's own path. */
    public @Nullable String nameInScope(Call call) {
        return switch (call.wire()) {
            case OPENAI_CHAT, OPENAI_COMPLETIONS, OPENAI_RESPONSES ->
                nameInScope(openAi, call.wire().path(), call.model());
            case ANTHROPIC_MESSAGES -> nameInScope(anthropic, call.wire().path(), call.model());
        };
    }

    /** The name of a call's provider where it is not the one that the wire has by default, which needs none; else null. */
    public @Nullable String nameInScope(Provider fallback, @Nullable String path, @Nullable String model) {
        Provider chosen = choose(fallback, path, model);
        return chosen.equals(fallback) ? null : chosen.name();
    }

    /** Whether it depends on the model of a call which provider it has, so that it must be known. */
    public boolean modelsDecide(Provider fallback, @Nullable String path) {
        for (Matcher matcher : matchers) {
            if (matcher.fits(fallback.api(), path)) {
                return !matcher.models().isEmpty();
            }
        }
        return false;
    }

    /**
     * The provider of a call.
     *
     * @param fallback the one that the call's wire has by default
     * @param path of the request as it came, without a query; null where there is none
     * @param model that the call names, or null where there is none
     */
    public Provider choose(Provider fallback, @Nullable String path, @Nullable String model) {
        for (Matcher matcher : matchers) {
            if (matcher.fits(fallback.api(), path, model)) {
                return matcher.provider();
            }
        }
        return fallback;
    }
}
