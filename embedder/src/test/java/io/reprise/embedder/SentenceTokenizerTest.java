package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokenizers of other kinds than the bundled one, as small as they can be. */
final class SentenceTokenizerTest {
    private static final String FRAME = """
            {"version":"1.0","truncation":%s,"padding":%s,"added_tokens":[],"normalizer":null,
             "pre_tokenizer":{"type":"Whitespace"},"post_processor":null,"decoder":null,"model":%s}
            """;
    private static final String WORDS = """
            {"type":"WordLevel","unk_token":"<unk>","vocab":{"a":0,"b":1,"<unk>":2}}""";

    private Path file;

    @BeforeEach
    void nameFile(@TempDir Path folder) {
        file = folder.resolve("tokenizer.json");
    }

    @Test
    void truncationThatTheFileAsksFor_isIgnored() throws IOException {
        String truncation = """
                {"direction":"Right","max_length":2,"strategy":"LongestFirst","stride":0}""";
        try (SentenceTokenizer tokenizer = open(FRAME.formatted(truncation, "null", WORDS))) {
            assertArrayEquals(
                    new long[] {0, 1, 0, 1}, tokenizer.tokenize("a b a b").ids());
        }
    }

    @Test
    void paddingThatTheFileAsksFor_isIgnored() throws IOException {
        String padding = """
                {"strategy":{"Fixed":9},"direction":"Right","pad_to_multiple_of":null,"pad_id":1,"pad_type_id":0,"pad_token":"b"}""";
        try (SentenceTokenizer tokenizer = open(FRAME.formatted("null", padding, WORDS))) {
            assertArrayEquals(new long[] {0}, tokenizer.tokenize("a").ids());
        }
    }

    @Test
    void unknownTokenOfUnigramModel_isCounted() throws IOException {
        String unigram = """
                {"type":"Unigram","unk_id":1,"vocab":[["a",-1.0],["<unk>",-9.0]],"byte_fallback":false}""";
        try (SentenceTokenizer tokenizer = open(FRAME.formatted("null", "null", unigram))) {
            assertEquals(2, tokenizer.tokenize("a x a y").unknown());
        }
    }

    @Test
    void tokenizerWithoutUnknownToken_countsTextItDropsWhole() throws IOException {
        String bpe = """
                {"type":"BPE","unk_token":null,"vocab":{"a":0,"b":1},"merges":[]}""";
        try (SentenceTokenizer tokenizer = open(FRAME.formatted("null", "null", bpe))) {
            assertEquals(0, tokenizer.tokenize("a b").unknown());
            assertEquals(1, tokenizer.tokenize("x y").unknown());
        }
    }

    @Test
    void unknownTokenOutsideTheVocabulary_isRejected() throws IOException {
        String words = """
                {"type":"WordLevel","unk_token":"<none>","vocab":{"a":0}}""";
        String message = Rejection.message(EmbedderException.class, () -> open(FRAME.formatted("null", "null", words)));
        assertTrue(message.contains("its unknown token '<none>' is not in its vocabulary"), message);
    }

    private SentenceTokenizer open(String json) throws IOException {
        Files.writeString(file, json);
        return SentenceTokenizer.open(file);
    }
}
