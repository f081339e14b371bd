package io.reprise.embedder;

import io.reprise.embedder.ModelManifest.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Function;

/**
 * A folder with a model of either kind: its manifest, its ONNX weights and its tokenizer, all there and with the checksums
 * that the manifest states. Immutable.
 */
record CheckedFolder<M extends ModelManifest>(Path path, M manifest) {
    private static final String MANIFEST = "manifest.yaml";

    /**
     * Reads the manifest and the whole of both files, to check their sha256.
     *
     * @param reader reads a manifest of the kind wanted
     * @throws EmbedderException when the folder, its manifest or one of its files is missing, unreadable or not as stated; the
     *     message is one line that says what to do
     */
    static <M extends ModelManifest> CheckedFolder<M> open(Path path, Function<Path, M> reader) {
        if (!Files.isDirectory(path)) {
            throw new EmbedderException("There is no model folder at " + path
                    + ": build the bundled models with 'mvn package', or name a folder that exists");
        }
        Path manifestFile = path.resolve(MANIFEST);
        if (!Files.exists(manifestFile)) {
            throw new EmbedderException("The model folder " + path + " has no " + MANIFEST
                    + ": write one as models/README.md describes, or name another folder");
        }
        CheckedFolder<M> folder = new CheckedFolder<>(path, reader.apply(manifestFile));
        folder.verify(folder.manifest.weights());
        folder.verify(folder.manifest.tokenizer());
        return folder;
    }

    Path manifestFile() {
        return path.resolve(MANIFEST);
    }

    Path weights() {
        return path.resolve(manifest.weights().name());
    }

    Path tokenizer() {
        return path.resolve(manifest.tokenizer().name());
    }

    private void verify(ModelFile stated) {
        Path file = path.resolve(stated.name());
        if (!Files.isRegularFile(file)) {
            throw new EmbedderException("The model file " + file
                    + " does not exist or is not a file: put it there, or correct its name in " + MANIFEST);
        }
        String sha256 = sha256(file);
        if (!sha256.equals(stated.sha256())) {
            throw new EmbedderException("The model file " + file + " has the sha256 " + sha256 + ", but " + MANIFEST
                    + " states " + stated.sha256()
                    + ": fetch the file again, or correct the manifest if this is the file you mean");
        }
    }

    private static String sha256(Path file) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new EmbedderException(
                    "The model file " + file + " cannot be read (" + e + "): let the server's user read it", e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
