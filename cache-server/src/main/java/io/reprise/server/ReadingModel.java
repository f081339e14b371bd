package io.reprise.server;

import io.reprise.embedder.EmbedderException;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.OnnxPairScorer;
import io.reprise.embedder.PairModelFolder;
import io.reprise.embedder.PairScorer;
import io.reprise.server.cli.StartException;
import io.reprise.server.config.ServerConfig;
import io.reprise.server.decision.CrossCalibration;
import io.reprise.server.decision.CrossReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The model that reads two prompts at once, from a folder that also holds its calibration. Thread-safe until closed.
 *
 * @param scorer the model, this one's to close
 * @param calibration for it with the cosines of the sentence model
 */
public record ReadingModel(PairScorer scorer, CrossCalibration calibration) implements AutoCloseable {
    /** The file with the calibration, beside the model's manifest. */
    public static final String CALIBRATION = "calibration.json";

    private static final Logger log = LoggerFactory.getLogger(ReadingModel.class);

    /**
     * The one that a configuration asks for. One that cannot be used is no reason not to start: it is said once, and
     * nothing is served by meaning.
     *
     * @param sentenceModel name of the sentence model whose cosines it is calibrated with
     * @return null where the policy wants none, or where there is none that can be used
     * @throws StartException when its calibration is for the cosines of another sentence model
     */
    public static @Nullable ReadingModel of(ServerConfig config, String sentenceModel) {
        if (config.decision().policy() != ServerConfig.PolicyKind.VERIFIED) {
            return null;
        }
        try {
            return open(config.model().verifier(), sentenceModel);
        } catch (EmbedderException e) {
            log.warn(
                    "There is no model that reads both prompts of a hit, so nothing is served by meaning, only the"
                            + " same text ({})",
                    e.getMessage());
            return null;
        }
    }

    /**
     * Opens a folder.
     *
     * @throws EmbedderException when the model or its calibration is missing or not what it should be; the message is one line
     * @throws StartException as {@link #of}
     */
    static ReadingModel open(Path folder, String sentenceModel) {
        PairModelFolder model = PairModelFolder.open(folder);
        PairScorer scorer = OnnxPairScorer.open(model, EmbedderOptions.defaults());
        try {
            CrossCalibration calibration = calibration(folder, scorer.modelName());
            if (!calibration.weightsSha256().equals(model.weightsSha256())) {
                throw new EmbedderException("The calibration " + folder.resolve(CALIBRATION)
                        + " is for other weights of " + scorer.modelName() + " (sha256 " + calibration.weightsSha256()
                        + "): take the one that was made for these");
            }
            if (!calibration.sentenceModel().equals(sentenceModel)) {
                throw new StartException("decision.policy is verified, but " + folder.resolve(CALIBRATION)
                        + " is for the cosines of the model " + calibration.sentenceModel() + ", not of "
                        + sentenceModel
                        + ": calibrate it for that model, set decision.policy to cosine, or model.path to "
                        + calibration.sentenceModel());
            }
            return new ReadingModel(scorer, calibration);
        } catch (RuntimeException e) {
            scorer.close();
            throw e;
        }
    }

    private static CrossCalibration calibration(Path folder, String model) {
        Path file = folder.resolve(CALIBRATION);
        CrossCalibration calibration;
        try {
            calibration = CrossCalibration.of(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new EmbedderException("The calibration " + file + " cannot be read (" + e + ")", e);
        } catch (IllegalArgumentException e) {
            throw new EmbedderException("The calibration " + file + " cannot be used: " + e.getMessage(), e);
        }
        if (!calibration.model().equals(model)) {
            throw new EmbedderException(
                    "The calibration " + file + " is for " + calibration.model() + ", not for " + model);
        }
        return calibration;
    }

    /** As decisions see it. */
    public CrossReader reader() {
        return asked -> {
            PairScorer.About about = scorer.about(asked);
            return about::logOdds;
        };
    }

    @Override
    public void close() {
        scorer.close();
    }
}
