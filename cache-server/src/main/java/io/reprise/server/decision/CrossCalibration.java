package io.reprise.server.decision;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * From what two models make of a pair to the probability that one prompt's answer serves for the other: the log-odds of
 * a {@link CrossReader} and the cosine of a sentence model are added up by weights (logistic regression) and read off a
 * curve (isotonic regression). Learned on pairs that neither model has seen, for these two models. Immutable.
 *
 * @param model name of the model that reads
 * @param weightsSha256 checksum of its weights: those of another training say something else by the same name
 * @param sentenceModel name of the sentence model whose cosines these are
 * @param weights of what is added up
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
     * @param read for the log-odds of the {@link CrossReader}
     * @param cosine for the cosine
     * @param foreign taken off where either prompt is surely in a language that the reader has not learned
     * @param mostRead the reader's log-odds count as no more than this, and no less than minus this
     */
    public record Weights(
            @JsonProperty(value = "bias", required = true) double bias,

            @JsonProperty(value = "read", required = true) double read,
            @JsonProperty(value = "cosine", required = true) double cosine,

            @JsonProperty(value = "foreign", required = true)
            double foreign,

            @JsonProperty(value = "most_read", required = true)
            double mostRead) {
        public Weights {
            // Or what is likelier by one model would be less likely by both.
            require(read >= 0 && cosine >= 0, "weights.read and weights.cosine must not be negative");
            require(foreign >= 0, "weights.foreign must not be negative");
            require(mostRead > 0, "weights.most_read must be positive");
            require(
                    Double.isFinite(bias + read + cosine + foreign + mostRead),
                    "weights must be numbers that are not infinite");
        }
    }

    public CrossCalibration {
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

    /**
     * The log-odds of both together.
     *
     * @param isForeign whether either prompt is surely in a language that the reader has not learned
     */
    public float logOdds(float read, float cosine, boolean isForeign) {
        double limited = Math.clamp((double) read, -weights.mostRead(), weights.mostRead());
        return (float) (weights.bias()
                + weights.read() * limited
                + weights.cosine() * cosine
                - (isForeign ? weights.foreign() : 0));
    }

    /**
     * The probability, 0 to 1; as {@link #logOdds}.
     *
     * @param read log-odds of the reader; minus infinity makes it 0
     */
    public double probability(float read, float cosine, boolean isForeign) {
        return read == Float.NEGATIVE_INFINITY ? 0 : probabilities.at(logOdds(read, cosine, isForeign));
    }

    /** The most that the probability can be, whatever the reader says; rises with the cosine. */
    public double most(float cosine) {
        return probability(Float.MAX_VALUE, cosine, false);
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
}
