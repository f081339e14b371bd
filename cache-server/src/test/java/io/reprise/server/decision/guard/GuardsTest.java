package io.reprise.server.decision.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GuardsTest {
    private static final String LONG = "Why does the pump leak at noon? ".repeat(4_000);

    private final Guards guards = Guards.standard();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        How do I bake bread? | how do i bake bread
        How do I bake bread? | HOW DO I BAKE BREAD?
        How do I bake bread? | Could you please tell me how I bake bread?
        How do I bake bread? | how do I baek bread?
        What is the tallest tower in Europe? | What's  the tallest tower in Europe ??
        Summarize this article | Please summarise this article, thanks!
        What is my favourite colour? | what is my favorite color
        I do not like onions | I dont like onions
        """)
    void changesOfTheSurface_areNotVetoed(String one, String other) {
        assertEquals(List.of(), guards.vetoes(one, other));
        assertEquals(List.of(), guards.vetoes(other, one));
    }

    @Test
    void vetoes_comeInTheOrderOfNames() {
        List<String> vetoes = guards.vetoes("Do 5 cats not bite Vera?", "Do 7 cats bite Vera?");
        assertEquals(guards.names().stream().filter(vetoes::contains).toList(), vetoes);
        assertTrue(vetoes.size() >= 2, vetoes.toString());
    }

    @Test
    void names_areThoseOfTheContract() {
        assertEquals(
                List.of(
                        "length",
                        "language",
                        "accent",
                        "letter-case",
                        "number",
                        "negation",
                        "antonym",
                        "entity",
                        "code",
                        "question-word",
                        "role-swap",
                        "added-sentence"),
                guards.names());
    }

    static Stream<String> strangeTexts() {
        return Stream.of(
                "",
                " \t\n",
                "😀😡🎉",
                "\ud83d",
                "a\ude00b \ud83d\ud83d",
                "\u202eمرحبا بالعالم\u202c שלום",
                "\u0000\u0001\u200b\ufeff",
                "''''\"\"\"\"((((",
                "'s n't 'll ' ’",
                "- -5 -- --x -",
                "₹ $ € $5 5$",
                "....????!!!!",
                "<<<<>>>>",
                "IIII XXXX VVVVVVV",
                "1,,2..3 1.2.3.4 00000 0.0.0",
                "twenty twenty twenty hundred million billion trillion trillion",
                "99999999999999999999999999999999 million");
    }

    @ParameterizedTest
    @MethodSource("strangeTexts")
    void strangeText_isReadAndAgreesWithItself(String text) {
        assertEquals(List.of(), guards.vetoes(text, text));
        assertNotNull(guards.vetoes(Reading.of(text), Reading.of("What is a quark?")));
        assertNotNull(guards.vetoes(Reading.of("What is a quark?"), Reading.of(text)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "a ",
                "a.",
                "7 ",
                "7,",
                "(",
                "<",
                "' ",
                "not ",
                "x_y ",
                "word and ",
                "é",
                "😀",
                "\ud83d",
                "가 ",
                ":",
                "/a",
                "-"
            })
    void hugeText_isReadInTimeLinearInItsLength(String piece) {
        String huge = piece.repeat(100_000 / piece.length());
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            assertNotNull(guards.vetoes(Reading.of(huge), Reading.of(huge + "z")));
        });
    }

    @Test
    void textTooLongToReadWhole_isVetoedBesideAnother() {
        assertTrue(guards.vetoes(LONG, LONG + "Why?").contains("length"));
    }

    @Test
    void textTooLongToReadWhole_passesBesideItsEqual() {
        assertEquals(List.of(), guards.vetoes(LONG, LONG));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "What is the weather in Oslo?",
                "Who is the current president of France?",
                "What is the latest version of Java?",
                "What happened today?",
                "Stock price of Acme",
                "What time is it in Tokyo?"
            })
    void timeSensitivePrompt_isKnown(String text) {
        assertTrue(guards.timeSensitive(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "How do I know if bread is done?",
                "Who wrote Hamlet?",
                "What is electric charge?",
                "My card was declined today. What should I do?",
                "Why does my dashboard load so slowly since yesterday?",
                "The train has no carriage 24. Where can I sit now?",
                "How do weather and climate differ?",
                "What determines the price of gold in India?"
            })
    void promptThatKeeps_isNotTimeSensitive(String text) {
        assertFalse(guards.timeSensitive(text));
    }

    @ParameterizedTest
    @CsvSource({
        "How do I bake bread?, en",
        "Wie backe ich ein Brot?, de",
        "Comment faire du pain dans un four ?, fr",
        "빵을 어떻게 굽나요, ko",
        "パンの焼き方を教えて, ja",
        "Как испечь хлеб, ru",
        "xqzt, und"
    })
    void language_isToldByScriptAndFunctionWords(String text, String language) {
        assertEquals(language, guards.language(text));
    }
}
