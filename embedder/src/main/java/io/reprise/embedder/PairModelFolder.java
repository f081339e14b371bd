package io.reprise.embedder;

import java.nio.file.Path;

/**
 * A folder with a model that reads two texts at once: its manifest, its ONNX weights and its tokenizer, all there and with the
 * checksums that the manifest states. {@code models/README.md} documents the manifest. Immutable.
 */
public final class PairModelFolder {
    private final CheckedFolder<PairManifest> folder;

    private PairModelFolder(CheckedFolder<PairManifest> folder) {
        this.folder = folder;
    }

    /**
     * Reads the manifest and the whole of both files, to check their sha256.
     *
     * @throws EmbedderException when the folder, its manifest or one of its files is missing, unreadable or not as stated, or the
     *     model is of the other kind; the message is one line that says what to do
     */
    public static PairModelFolder open(Path path) {
        return new PairModelFolder(CheckedFolder.open(path, ManifestReader::readPair));
    }

    /** The checksum of the weights, 64 hexadecimal digits. */
    public String weightsSha256() {
        return folder.manifest().weights().sha256();
    }

    CheckedFolder<PairManifest> checked() {
        return folder;
    }
}
