package io.reprise.server.config;

import static io.reprise.server.config.Key.key;
import static io.reprise.server.config.Key.optional;
import static io.reprise.server.config.ValueTypes.fraction;
import static io.reprise.server.config.ValueTypes.millis;
import static io.reprise.server.config.ValueTypes.modelName;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The settings of second opinions. */
final class SecondOpinionKeys {
    private static final long MINUTE_MILLIS = 60_000;

    static final Key<String> MODEL = optional(
            "decision.second_opinion.model",
            modelName(),
            "none: nobody is asked",
            "A small chat model that is asked whether a candidate serves that is at least as likely right as wrong, but less likely"
                    + " than the cut-off asks. It is asked, in OpenAI's chat form, at the upstream that takes calls for it, and is sent"
                    + " both prompts; a caller's key is never sent.");
    static final Key<Duration> MAX_WAIT = key(
            "decision.second_opinion.max_wait_ms",
            millis(1, MINUTE_MILLIS),
            "1500",
            "How long a lookup waits for it; then it is a miss.");
    static final Key<Double> BUDGET = key(
            "decision.second_opinion.budget",
            fraction(),
            "0.10",
            "What it may cost: this share of what hits by meaning have saved since the server started.");

    private SecondOpinionKeys() {}

    static @Nullable SecondOpinionConfig bind(TypedSettings settings) {
        String model = settings.find(MODEL);
        return model == null ? null : new SecondOpinionConfig(model, settings.get(MAX_WAIT), settings.get(BUDGET));
    }
}
