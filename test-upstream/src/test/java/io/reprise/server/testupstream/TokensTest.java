package io.reprise.server.testupstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "Hi there", "  two  blanks ", "Grüße, 世界! 🌍🌍", "{\"city\":\"Bern\"}", "a\n\nb"})
    void joinedTokens_areTheText(String text) {
        assertEquals(text, String.join("", Tokens.split(text)));
    }

    @Test
    void words_carryTheSpaceBeforeThem() {
        assertEquals(List.of("Hi", " there", "!"), Tokens.split("Hi there!"));
    }

    @Test
    void longWords_areCut() {
        assertEquals(List.of("extrao", "rdinar", "y"), Tokens.split("extraordinary"));
    }

    @Test
    void count_isTheNumberOfTokens() {
        assertEquals(Tokens.split("Grüße, 世界! 🌍").size(), Tokens.count("Grüße, 世界! 🌍"));
    }
}
