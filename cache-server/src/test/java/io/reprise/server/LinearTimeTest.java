package io.reprise.server;

import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.reprise.server.decision.guard.Guards;
import io.reprise.server.ledger.PriceBook;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.prompt.Prompts;
import io.reprise.server.protocol.Glob;
import io.reprise.server.protocol.MalformedRequestException;
import io.reprise.server.protocol.SseParser;
import io.reprise.server.protocol.StrictJson;
import io.reprise.server.protocol.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever takes a text takes a megabyte of the worst one in seconds. What takes the square of a text's length would
 * need hours; so the limit is far from what a busy machine needs.
 */
final class LinearTimeTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int LENGTH = 1_000_000;

    private static final List<String> REPEATED = List.of(
            "a",
            "a ",
            " ",
            "\n",
            "\r\n",
            "0",
            "1,",
            "0.",
            "-",
            "- 1",
            "/",
            "//@",
            "%",
            "?",
            "'",
            "\"",
            "(",
            "{\"",
            "[",
            "a.",
            "a_",
            "a@",
            "aA",
            "not ",
            "no not never ",
            "two hundred ",
            "today ",
            "Is Paris in France? ",
            "data: a\n",
            "data: {}\n\n",
            "\u0301\u0323",
            "e\u0301",
            "\u00e9",
            "\u200d",
            "\ufe0f",
            "\u4e16",
            "\u0e01\u0e33",
            "\uac00\u11a8",
            "\ud83d\ude00",
            "\ud83d");

    private static String of(String repeated) {
        return repeated.repeat(LENGTH / repeated.length());
    }

    private static Map<String, Consumer<String>> functions() {
        Guards guards = Guards.standard();
        TokenCounter tokens = new TokenCounter();
        PriceBook prices = PriceBook.bundled(List.of());
        Glob glob = Glob.all(List.of("*a*a*a*b*")).getFirst();
        Map<String, Consumer<String>> functions = new LinkedHashMap<>();
        functions.put("Prompts.normal", Prompts::normal);
        functions.put("Guards.vetoes", text -> guards.vetoes(text, text + "b"));
        functions.put("Guards.timeSensitive", guards::timeSensitive);
        functions.put("Guards.language", guards::language);
        functions.put("TokenCounter.count", text -> tokens.count("gpt-4o", text));
        functions.put("PriceBook.cost", model -> prices.cost(model, Usage.of(1, 1, false), Instant.EPOCH));
        functions.put("Glob.matches", glob::matches);
        functions.put("SseParser.feed", text -> new SseParser(LENGTH * 4).feed(utf8(text)));
        functions.put("StrictJson.parse", LinearTimeTest::parse);
        return functions;
    }

    static Stream<Arguments> functionsAndTexts() {
        return functions().entrySet().stream().map(each -> Arguments.of(each.getKey(), each.getValue()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("functionsAndTexts")
    void megabyteOfAnyText_takesSeconds(String name, Consumer<String> function) {
        for (String repeated : REPEATED) {
            String text = of(repeated);
            assertTimeoutPreemptively(LIMIT, () -> function.accept(text), () -> "of " + repeated);
            assertTimeoutPreemptively(LIMIT, () -> function.accept("1.0" + text + "x"), () -> "around " + repeated);
        }
    }

    private static void parse(String text) {
        for (String json : List.of(text, "{\"a\":\"" + text + "\"}", "{\"a\":" + text)) {
            try {
                StrictJson.parse(utf8(json));
            } catch (MalformedRequestException e) {
                // Most are no JSON; that they are refused in time is all.
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
