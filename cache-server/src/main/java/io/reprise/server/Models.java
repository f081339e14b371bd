package io.reprise.server;

import io.reprise.embedder.EmbedderException;
import io.reprise.embedder.EmbedderOptions;
import io.reprise.embedder.ModelFolder;
import io.reprise.embedder.OnnxSentenceEmbedder;
import io.reprise.embedder.SentenceEmbedder;
import io.reprise.server.cli.StartException;
import io.reprise.server.config.ServerConfig;
import org.jspecify.annotations.Nullable;

/**
 * The open models that decisions need. Thread-safe until closed: servers of one process may share them.
 *
 * @param embedder the sentence model, this one's to close
 * @param reading null where the policy wants none, or where there is none that can be used; this one's to close
 */
public record Models(SentenceEmbedder embedder, @Nullable ReadingModel reading) implements AutoCloseable {

    /**
     * Opens those that a configuration asks for.
     *
     * @throws EmbedderException when the sentence model cannot be used
     * @throws StartException as {@link ReadingModel#of}
     */
    public static Models open(ServerConfig config) {
        SentenceEmbedder embedder =
                OnnxSentenceEmbedder.open(ModelFolder.open(config.model().path()), EmbedderOptions.defaults());
        try {
            return new Models(embedder, ReadingModel.of(config, embedder.modelName()));
        } catch (RuntimeException e) {
            embedder.close();
            throw e;
        }
    }

    @Override
    public void close() {
        if (reading != null) {
            reading.close();
        }
        embedder.close();
    }
}
