package io.reprise.server.decision;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * From what two models make of a pair to the probability that both prompts mean the same: their log-odds and the cosine are added up by
 * weights (logistic regression), divided by a temperature for the pair's length, and read off a curve (isotonic regression). Learned on pairs
 * that neither model has seen, for one {@link CrossReader} beside one {@link FeatureVerifier}. Immutable.
 *
 * @param model name of the model that reads
 * @param weightsSha256 checksum of its weights: those of another training say something else by the same name
 * @param sentenceModel name of the sentence model, whose states the comparison knows
 * @param weights of what is added up
 * @param temperatures by rising length; the last holds for all that is longer
 * @param probabilities from log-odds to probability, rising
 * @param cutoffs from a ceiling on the share of wrong hits to the probability that keeps it, falling
 */
public record CrossCalibration(
        @JsonProperty(value = "model", required = true) String model,

        @JsonProperty(value = "weights_sha256", required = true)
        String weightsSha256,

        @JsonProperty(value = "sentence_model", required = true)
        String sentenceModel,

        @JsonProperty(value = "weights", required = true) Weights weights,

        @JsonProperty(value = "temperatures", required = true)
        List<Temperature> temperatures,

        @JsonProperty(value = "probabilities", required = true)
        Curve probabilities,

        @JsonProperty(value = "cutoffs", required = true) Curve cutoffs) {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();
    /** Digits of a version. */
    private static final int VERSION_LENGTH = 8;

    /**
     * What is added up.
     *
     * @param bias on its own
     * @param compared for the log-odds of the {@link FeatureVerifier}
     * @param read for the log-odds of the {@link CrossReader}
     * @param cosine for the cosine
     * @param mostRead the reader's log-odds count as no more than this, and no less than minus this
     */
    public record Weights(
            @JsonProperty(value = "bias", required = true) double bias,

            @JsonProperty(value = "compared", required = true)
            double compared,

            @JsonProperty(value = "read", required = true) double read,
            @JsonProperty(value = "cosine", required = true) double cosine,

            @JsonProperty(value = "most_read", required = true)
            double mostRead) {
        public Weights {
            // Or what is likelier by one model would be less likely by both.
            require(compared >= 0 && read >= 0, "weights.compared and weights.read must not be negative");
            require(mostRead > 0, "weights.most_read must be positive");
            require(
                    Double.isFinite(bias + compared + read + cosine + mostRead),
                    "weights must be numbers that are not infinite");
        }
    }

    /**
     * What the log-odds of pairs of about one length are divided by (Guo et al., On calibration of modern neural networks, 2017).
     *
     * @param tokens of both prompts together, up to which it holds
     * @param temperature more than 0
     */
    public record Temperature(
            @JsonProperty(value = "tokens", required = true) int tokens,

            @JsonProperty(value = "temperature", required = true)
            double temperature) {
        public Temperature {
            require(
                    temperature > 0 && Double.isFinite(temperature),
                    "temperature must be positive and not infinite, is " + temperature);
        }
    }

    public CrossCalibration {
        temperatures = List.copyOf(temperatures);
        require(!temperatures.isEmpty(), "temperatures must not be empty");
        for (int i = 1; i < temperatures.size(); i++) {
            require(
                    temperatures.get(i).tokens() > temperatures.get(i - 1).tokens(),
                    "temperatures must go by rising tokens");
        }
        require(
                probabilities.isWithinOne() && probabilities.rises(),
                "probabilities must rise from 0 or more to 1 or less");
        require(cutoffs.isWithinOne() && cutoffs.falls(), "cutoffs must fall from 1 or less to 0 or more");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /**
     * Reads what {@link #json} wrote.
     *
     * @throws IllegalArgumentException when it is no calibration; the message is one line
     */
    public static CrossCalibration of(byte[] json) {
        try {
            CrossCalibration read = MAPPER.readValue(json, CrossCalibration.class);
            require(read != null, "it is empty");
            return read;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        } catch (java.io.IOException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    /** As a file. */
    public byte[] json() {
        try {
            return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (JacksonException e) {
            throw new IllegalStateException("a calibration of numbers cannot be written", e);
        }
    }

    /** The log-odds of both together, with the temperature of their length. */
    public float logOdds(FeatureVerifier.Compared compared, float read, float cosine) {
        double limited = Math.clamp((double) read, -weights.mostRead(), weights.mostRead());
        double sum = weights.bias()
                + weights.compared() * compared.logOdds()
                + weights.read() * limited
                + weights.cosine() * cosine;
        return (float) (sum / temperature(compared.tokens()));
    }

    /**
     * The probability, 0 to 1.
     *
     * @param read log-odds of the reader; minus infinity makes it 0
     */
    public double probability(FeatureVerifier.Compared compared, float read, float cosine) {
        return read == Float.NEGATIVE_INFINITY ? 0 : probabilities.at(logOdds(compared, read, cosine));
    }

    /** The most that the probability can be, whatever the reader says. */
    public double most(FeatureVerifier.Compared compared, float cosine) {
        return probability(compared, Float.MAX_VALUE, cosine);
    }

    /** Of eight letters and digits; another calibration has another, but for one in billions. */
    public String version() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(json());
            return HexFormat.of().formatHex(digest).substring(0, VERSION_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The cut-offs that were learned, which know nothing of the prompts asked here. */
    public Cutoffs ceilings() {
        return cutoffs.asCutoffs();
    }

    private double temperature(int tokens) {
        for (Temperature each : temperatures) {
            if (tokens <= each.tokens()) {
                return each.temperature();
            }
        }
        return temperatures.getLast().temperature();
    }
}
