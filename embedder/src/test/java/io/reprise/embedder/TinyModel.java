package io.reprise.embedder;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * A folder with a model small enough to work out by hand, for a test to spoil: the four-dimensional one of
 * {@code make_tiny_model.py}, whose vectors do not depend on the batch, or the pair model of {@code make_tiny_pair_model.py}. The
 * words of both are red, green and blue, and their windows 8 tokens.
 */
record TinyModel(Path folder) {

    static TinyModel copyTo(Path folder) throws IOException {
        copy("tiny-model/manifest.yaml", folder);
        copy("tiny-model/model.onnx", folder);
        copy("tiny-model/tokenizer.json", folder);
        return new TinyModel(folder);
    }

    static TinyModel copyPairModelTo(Path folder) throws IOException {
        copy("tiny-pair-model/manifest.yaml", folder);
        copy("tiny-pair-model/model.onnx", folder);
        copy("tiny-model/tokenizer.json", folder);
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

    PairModelFolder openPairModel() {
        return PairModelFolder.open(folder);
    }

    OnnxPairScorer openScorer() {
        return OnnxPairScorer.open(openPairModel(), EmbedderOptions.defaults());
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

    private static void copy(String resource, Path folder) throws IOException {
        try (InputStream in = Objects.requireNonNull(TinyModel.class.getResourceAsStream("/" + resource))) {
            Files.copy(in, folder.resolve(Path.of(resource).getFileName()));
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
