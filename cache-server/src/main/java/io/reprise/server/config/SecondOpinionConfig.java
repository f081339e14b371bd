package io.reprise.server.config;

import java.time.Duration;

/**
 * Who is asked about a candidate that the cut-off keeps back.
 *
 * @param model a chat model, as its upstream knows it
 * @param maxWait how long a lookup waits for it, positive
 * @param budget share of what hits by meaning have saved that it may cost, 0 to 1
 */
public record SecondOpinionConfig(String model, Duration maxWait, double budget) {
    public SecondOpinionConfig {
        if (model.isBlank()) {
            throw new IllegalArgumentException("model must not be blank");
        }
        if (!maxWait.isPositive()) {
            throw new IllegalArgumentException("maxWait must be positive, is " + maxWait);
        }
        if (!(budget >= 0 && budget <= 1)) {
            throw new IllegalArgumentException("budget must be 0 to 1, is " + budget);
        }
    }
}
