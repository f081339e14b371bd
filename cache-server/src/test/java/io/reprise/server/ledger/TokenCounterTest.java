package io.reprise.server.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import io.reprise.server.protocol.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenCounterTest {
    /** One token in o200k_base, two in cl100k_base. */
    private static final String TELLS_THE_ENCODINGS_APART = "漢字";

    private static final TokenCounter COUNTER = new TokenCounter();

    /** The same library without pieces and limits. */
    private static final Encoding O200K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

    private static final Encoding CL100K = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.CL100K_BASE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt-4o",
                "gpt-4o-mini-2024-07-18",
                "chatgpt-4o-latest",
                "gpt-4.1",
                "gpt-4.1-nano",
                "gpt-4.5-preview",
                "gpt-5",
                "gpt-5.5",
                "gpt-5-mini",
                "o1",
                "o3",
                "o4-mini",
                "ft:gpt-4o-mini-2024-07-18:acme::x",
                "claude-sonnet-4-5",
                ""
            })
    @NullSource
    void newOrUnknownModel_isCountedInO200k(String model) {
        assertEquals(
                O200K.countTokensOrdinary(TELLS_THE_ENCODINGS_APART), COUNTER.count(model, TELLS_THE_ENCODINGS_APART));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpt-4",
                "gpt-4-turbo",
                "gpt-4-0613",
                "gpt-3.5-turbo",
                "gpt-35-turbo",
                "text-embedding-3-small",
                "text-embedding-ada-002",
                "ft:gpt-3.5-turbo-0125:acme::x"
            })
    void olderModel_isCountedInCl100k(String model) {
        assertEquals(
                CL100K.countTokensOrdinary(TELLS_THE_ENCODINGS_APART), COUNTER.count(model, TELLS_THE_ENCODINGS_APART));
    }

    @Test
    void theEncodings_differOnTheTextThatTellsThemApart() {
        assertTrue(CL100K.countTokensOrdinary(TELLS_THE_ENCODINGS_APART)
                > O200K.countTokensOrdinary(TELLS_THE_ENCODINGS_APART));
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "hello world, 2", "'Hello, how are you?', 6", "😀, 1"})
    void text_hasItsTokens(String text, long tokens) {
        assertEquals(tokens, COUNTER.count("gpt-4o", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"<|endoftext|>", "<|im_start|>user<|im_end|>", "a <|endofprompt|> b"})
    void specialLiteral_isCountedAsText(String text) {
        assertTrue(COUNTER.count("gpt-4o", text) > 3);
    }

    @Test
    void loneSurrogate_isCounted() {
        assertTrue(COUNTER.count("gpt-4o", "\ud83d") > 0);
    }

    @Test
    void fiftyThousandWords_areCountedAsInOnePiece() {
        String text = words(50_000);
        assertEquals(O200K.countTokensOrdinary(text), COUNTER.count("gpt-4o", text));
        assertEquals(CL100K.countTokensOrdinary(text), COUNTER.count("gpt-4", text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", " ", "\n", "!", "漢", "😀", "0", "x9"})
    void longRunWithoutSpaces_isOffByAtMostTwoTokensPerCut(String unit) {
        String text = unit.repeat(100_000 / unit.length());
        long exact = O200K.countTokensOrdinary(text);
        long error = Math.abs(COUNTER.count("gpt-4o", text) - exact);
        assertTrue(error <= 2 * (100_000 / 8_192), () -> exact + " tokens, off by " + error);
    }

    @Test
    void textPastTheLimit_isExtrapolated() {
        String text = "a".repeat(8 * TokenCounter.MAX_COUNTED_CHARS);
        assertEquals(TokenCounter.MAX_COUNTED_CHARS, COUNTER.count("gpt-4o", text));
    }

    @Test
    void estimate_addsTheFramesOfMessagesAndIsMarked() {
        Usage usage = COUNTER.estimate("gpt-4o", List.of("hello world", "hello world"), "hello world");
        assertEquals(Usage.of(2 * (2 + 4) + 3, 2, true), usage);
    }

    @Test
    void estimateOfAnEmbedding_hasNoFrames() {
        assertEquals(Usage.of(2, 0, true), COUNTER.estimate("text-embedding-3-small", List.of("hello world"), ""));
    }

    @Test
    void estimateOfNothing_isZero() {
        assertEquals(Usage.of(0, 0, true), COUNTER.estimate(null, List.of(), ""));
    }

    @Test
    void estimateLimit_isSharedByAllMessages() {
        String half = "a".repeat(TokenCounter.MAX_COUNTED_CHARS / 2);
        Usage usage = COUNTER.estimate("gpt-4o", List.of(half, half, half, half), "");
        assertEquals(TokenCounter.MAX_COUNTED_CHARS / 4 + 4 * 4 + 3, usage.inputTokens());
    }

    @Test
    void firstUseByManyThreads_countsRight() throws Exception {
        TokenCounter fresh = new TokenCounter();
        String text = words(200);
        long expected = O200K.countTokensOrdinary(text);
        List<Future<Long>> counts = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<Long> count = () -> fresh.count("gpt-4o", text);
            for (int i = 0; i < 8; i++) {
                counts.add(threads.submit(count));
            }
        }
        for (Future<Long> count : counts) {
            assertEquals(expected, count.get());
        }
    }

    /** Words, numbers, punctuation, line ends and runs of spaces from a fixed seed. */
    private static String words(int count) {
        String[] vocabulary = {
            "the",
            "semantic",
            "cache",
            "internationalization",
            "don't",
            "7421",
            "漢字",
            "naïve",
            "C++",
            "(see",
            "below),",
            "😀"
        };
        String[] separators = {" ", " ", " ", " ", " ", "  ", "\n", ".\n\n", ", ", "\t", " \u00a0 "};
        Random random = new Random(42);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(vocabulary[random.nextInt(vocabulary.length)])
                    .append(separators[random.nextInt(separators.length)]);
        }
        return text.toString();
    }
}
