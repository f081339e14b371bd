package io.reprise.embedder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/**
 * A folder with the four-dimensional model of {@code make_tiny_model.py}, for a test to spoil. Its words are red, green and
 * blue, its window is 8 tokens, and its vectors do not depend on the batch.
 */
record TinyModel(Path folder) {

    static TinyModel copyTo(Path folder) throws IOException {
        for (String file : List.of("manifest.yaml", "model.onnx", "tokenizer.json")) {
            Files.write(folder.resolve(file), resource(file));
        }
        return new TinyModel(folder);
    }

    Path manifest() {
        return folder.resolve("manifest.yaml");
    }

    ModelFolder open() {
        return ModelFolder.open(folder);
    }

    OnnxSentenceEmbedder openEmbedder() {
        return OnnxSentenceEmbedder.open(open(), EmbedderOptions.defaults());
    }

    TinyModel editManifest(String from, String to) throws IOException {
        String text = Files.readString(manifest());
        if (!text.contains(from)) {
            throw new IllegalArgumentException("the manifest has no '" + from + "'");
        }
        Files.writeString(manifest(), text.replace(from, to));
        return this;
    }

    /** Puts other bytes in a file's place and their sha256 into the manifest. */
    TinyModel replace(String file, String content) throws IOException {
        String before = sha256(Files.readAllBytes(folder.resolve(file)));
        Files.writeString(folder.resolve(file), content);
        return editManifest(before, sha256(content.getBytes(UTF_8)));
    }

    private static byte[] resource(String file) throws IOException {
        try (InputStream in = Objects.requireNonNull(TinyModel.class.getResourceAsStream("/tiny-model/" + file))) {
            return in.readAllBytes();
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
