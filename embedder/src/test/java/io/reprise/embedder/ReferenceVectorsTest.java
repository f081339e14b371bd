package io.reprise.embedder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The bundled model against vectors that {@code make_reference.py} computed from the same files by other means. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ReferenceVectorsTest {
    /**
     * The reference was computed on x86-64. Other processors round other sums, and dynamic quantisation makes much of that:
     * emulating one that has SSE only moved a text by 4e-4. One padding token moves it by 5e-3 and more.
     */
    private static final double MIN_COSINE = System.getProperty("os.arch").equals("amd64") ? 0.9999 : 0.999;

    private final OnnxSentenceEmbedder embedder = BundledModel.openEmbedder();
    private List<Reference> references = List.of();

    private record Reference(String text, int tokens, int unknownTokens, float[] vector) {
        boolean fits() {
            return vector.length > 0;
        }
    }

    @BeforeAll
    void readReferences() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(ReferenceVectorsTest.class.getResourceAsStream("/reference/vectors.json"))) {
            references = JsonParser.parseReader(new InputStreamReader(in, UTF_8)).getAsJsonArray().asList().stream()
                    .map(JsonElement::getAsJsonObject)
                    .map(ReferenceVectorsTest::reference)
                    .toList();
        }
    }

    @AfterAll
    void close() {
        embedder.close();
    }

    @ParameterizedTest
    @MethodSource("textsThatFit")
    void textWithinTheWindow_hasTheReferenceVector(Reference reference) {
        float[] vector = assertInstanceOf(Embedding.Vector.class, embedder.embed(reference.text()))
                .vector();
        double cosine = 0;
        for (int i = 0; i < vector.length; i++) {
            cosine += (double) vector[i] * reference.vector()[i];
        }
        assertTrue(cosine >= MIN_COSINE, "cosine to the reference is " + cosine);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void anyText_hasTheReferenceTokenCount(Reference reference) {
        assertEquals(reference.tokens(), embedder.embed(reference.text()).tokens());
    }

    @ParameterizedTest
    @MethodSource("textsThatFit")
    void textWithinTheWindow_hasTheReferenceUnknownTokens(Reference reference) {
        assertEquals(
                reference.unknownTokens() + HiddenText.count(reference.text()),
                assertInstanceOf(Embedding.Vector.class, embedder.embed(reference.text()))
                        .unknownTokens());
    }

    @ParameterizedTest
    @MethodSource("textsTooLong")
    void textBeyondTheWindow_isTooLong(Reference reference) {
        assertEquals(new Embedding.TooLong(reference.tokens(), 256), embedder.embed(reference.text()));
    }

    private Stream<Arguments> texts() {
        return references.stream().map(ReferenceVectorsTest::named);
    }

    private Stream<Arguments> textsThatFit() {
        return references.stream().filter(Reference::fits).map(ReferenceVectorsTest::named);
    }

    private Stream<Arguments> textsTooLong() {
        return references.stream().filter(r -> !r.fits()).map(ReferenceVectorsTest::named);
    }

    private static Arguments named(Reference reference) {
        String text = reference.text();
        String start = text.substring(0, Math.min(40, text.length())).replaceAll("\\p{Cntrl}", " ");
        return argumentSet(reference.tokens() + " tokens: " + start, reference);
    }

    private static Reference reference(JsonObject json) {
        byte[] bytes = json.has("vector")
                ? Base64.getDecoder().decode(json.get("vector").getAsString())
                : new byte[0];
        float[] vector = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
        String text = json.get("text").getAsString().repeat(json.get("repeat").getAsInt());
        return new Reference(
                text, json.get("tokens").getAsInt(), json.get("unknown").getAsInt(), vector);
    }
}
