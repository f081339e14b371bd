package io.reprise.embedder;

import java.nio.file.Path;

/**
 * A folder with a sentence model: its manifest, its ONNX weights and its tokenizer, all there and with the checksums that the
 * manifest states. {@code models/README.md} documents the manifest. Immutable.
 */
public final class ModelFolder {
    private final CheckedFolder<SentenceManifest> folder;

    private ModelFolder(CheckedFolder<SentenceManifest> folder) {
        this.folder = folder;
    }

    /**
     * Reads the manifest and the whole of both files, to check their sha256.
     *
     * @throws EmbedderException when the folder, its manifest or one of its files is missing, unreadable or not as stated, or the
     *     model is of the other kind; the message is one line that says what to do
     */
    public static ModelFolder open(Path path) {
        return new ModelFolder(CheckedFolder.open(path, ManifestReader::readSentence));
    }

    /** The folder itself. */
    public Path path() {
        return folder.path();
    }

    /** The ONNX file. */
    public Path weights() {
        return folder.weights();
    }

    /** The HuggingFace {@code tokenizer.json}, whatever its name. */
    public Path tokenizer() {
        return folder.tokenizer();
    }

    CheckedFolder<SentenceManifest> checked() {
        return folder;
    }
}
