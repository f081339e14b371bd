package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a pair model is given, by log-odds worked out by hand: each token's id times its position, less the same over the second
 * text. Ids are 1 for an unknown word, 2 for {@code [CLS]}, 3 for {@code [SEP]}, 4 for red, 5 for green; blue makes NaN. Five tokens
 * of both texts fit the window; else windows have two tokens of each.
 */
final class TinyPairModelTest {
    private static final String NO_SPECIAL_TOKENS = """
            {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
             "pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,
             "model":{"type":"WordLevel","vocab":{"[UNK]":1,"red":4},"unk_token":"[UNK]"}}
            """;

    private Path folder;
    private TinyModel model;

    @BeforeEach
    void copyModel(@TempDir Path folder) throws IOException {
        this.folder = folder;
        model = TinyModel.copyPairModelTo(folder);
    }

    @ParameterizedTest
    @CsvSource({
        // [CLS] red [SEP] green [SEP]: 0*2 + 1*4 + 2*3 - (3*5 + 4*3)
        "red, green, -17",
        // [CLS] red [SEP] red green [SEP]: the shorter of two that begin alike comes first
        "red, red green, -37",
        // [CLS] red red [SEP] green [SEP]: ids decide, not lengths
        "green, red red, -14",
        // [CLS] purple [SEP] green [SEP]
        "purple, green, -20",
        // [CLS] red red [SEP] red red red [SEP]: just fits
        "red red, red red red, -60",
        // [CLS] red [SEP] red [SEP]
        "red, red, -14",
    })
    void pairThatFits_isReadAtOnceInEitherOrder(String first, String second, float logOdds) {
        assertLogOdds(logOdds, first, second);
    }

    @ParameterizedTest
    @CsvSource({"red red, red red red red", "red, red red red red red", "red red red red, red red red red red red red"})
    void differentNumbersOfWindows_areNeverTheSame(String first, String second) {
        assertLogOdds(Float.NEGATIVE_INFINITY, first, second);
    }

    @ParameterizedTest
    @CsvSource({
        // red green | green red: -35, and the second window as before: -17
        "red green red, green red green, -35",
        // purple purple | purple red: -30, and the second window: -35
        "purple purple red green, purple red green red, -35",
        // red red | green green: -42, and the second window, in which the other text comes first: -17
        "red red green, green green red, -42",
    })
    void longPair_hasTheLeastLogOddsOfItsWindows(String first, String second, float logOdds) {
        assertLogOdds(logOdds, first, second);
    }

    @Test
    void windowsOfEqualTokens_areNotRead() {
        // blue blue beside itself would be NaN; the second window is red beside green.
        assertLogOdds(-17, "blue blue red", "blue blue green");
    }

    @Test
    void longTextBesideItself_isReadByItsFirstWindow() {
        // [CLS] red red [SEP] red red [SEP]
        assertLogOdds(-33, "red red red green", "red red  red green");
    }

    @Test
    void outputThatIsNaN_isAFailure() {
        try (OnnxPairScorer scorer = model.openScorer()) {
            String message = Rejection.message(EmbedderException.class, () -> scorer.logOdds("red", "blue"));
            assertTrue(message.startsWith("The model tiny-pair made NaN of a pair of 5 tokens"), message);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "input_ids: input_ids | input_ids: ids | The model tiny-pair takes the inputs [attention_mask, input_ids, token_type_ids], its manifest states [attention_mask, ids, token_type_ids]",
                "output: log_odds | output: pooled | The model tiny-pair makes the outputs [by_token, log_odds, log_odds_twice, whole_log_odds], its manifest states pooled",
                "output: log_odds | output: by_token | The output by_token of the model tiny-pair is ",
                "output: log_odds | output: whole_log_odds | The output whole_log_odds of the model tiny-pair is ",
                "output: log_odds | output: log_odds_twice | The model tiny-pair made [2] of one pair of ",
            })
    void manifestOfAnotherModel_isRejected(String from, String to, String start) throws IOException {
        model.editManifest(from, to);
        String message = Rejection.message(EmbedderException.class, model::openScorer);
        assertTrue(message.startsWith(start), message);
    }

    @Test
    void weightsThatAreNoModel_areRejected() throws IOException {
        model.replace("model.onnx", "not a model");
        String message = Rejection.message(EmbedderException.class, model::openScorer);
        assertTrue(message.startsWith("ONNX Runtime cannot open " + folder.resolve("model.onnx")), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not a tokenizer", "{}"})
    void tokenizerThatIsNone_isRejected(String content) throws IOException {
        model.replace("tokenizer.json", content);
        String message = Rejection.message(EmbedderException.class, model::openScorer);
        assertTrue(
                message.startsWith("The tokenizer " + folder.resolve("tokenizer.json") + " cannot be used"), message);
    }

    @Test
    void tokenizerWithoutSpecialTokens_isRejected() throws IOException {
        model.replace("tokenizer.json", NO_SPECIAL_TOKENS);
        String message = Rejection.message(EmbedderException.class, model::openScorer);
        assertTrue(message.contains("puts no special token before and after a text"), message);
    }

    /** Of the pair in either order, and of either text beside the other. */
    private void assertLogOdds(float expected, String first, String second) {
        try (OnnxPairScorer scorer = model.openScorer()) {
            assertEquals(expected, scorer.logOdds(first, second));
            assertEquals(expected, scorer.logOdds(second, first));
            assertEquals(expected, scorer.about(first).logOdds(second));
            assertEquals(expected, scorer.about(second).logOdds(first));
        }
    }
}
