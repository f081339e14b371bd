package io.reprise.benchmarks.prompts;

import com.fasterxml.jackson.databind.JsonNode;
import io.reprise.server.ledger.TokenCounter;
import io.reprise.server.protocol.StrictJson;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Texts of any length and of several kinds, and small changes of them. */
final class LongTexts {
    private static final String MODEL = "gpt-4o";
    private static final Pattern WORD = Pattern.compile("[A-Za-z]{4,}");
    private static final Pattern DIGIT = Pattern.compile("[0-9]");
    private static final Pattern SENTENCE_END = Pattern.compile("[.?!] ");

    private final List<String> sentences;
    private final List<String> prompts;
    private final Random random;

    /**
     * @param training folder of families.jsonl.gz
     * @param evaluation folder of prompts_llm.jsonl.gz, from which texts are drawn too where it is there
     */
    LongTexts(Path training, Path evaluation, Random random) {
        this.random = random;
        sentences = new ArrayList<>();
        forEach(training.resolve("families.jsonl.gz"), family -> family.path("s")
                .forEach(text -> sentences.add(oneLine(text.asText()))));
        prompts = new ArrayList<>();
        Path real = evaluation.resolve("prompts_llm.jsonl.gz");
        if (Files.exists(real)) {
            forEach(real, prompt -> prompts.add(prompt.path("text").asText().strip()));
        }
    }

    /** What the texts are made of. */
    String kinds() {
        return "prose put together of the prompts in `models/training/data`, logs, CSV and JSON of its own making"
                + (prompts.isEmpty() ? "" : ", and prompts of `prompts_llm` pasted together");
    }

    private static void forEach(Path file, Consumer<JsonNode> use) {
        try (var lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                use.accept(StrictJson.parse(line.getBytes(StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    /** The wordings of each task. */
    static List<List<String>> tasks() {
        try (InputStream in = LongTexts.class.getResourceAsStream("tasks.txt");
                var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> Stream.of(line.split("\\|")).map(String::strip).toList())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A text of at least so many tokens, of any kind. */
    String draw(int length, TokenCounter tokens) {
        List<Supplier<String>> kinds = new ArrayList<>(List.of(this::sentence, this::logLine, this::row, this::object));
        if (!prompts.isEmpty()) {
            kinds.add(this::prompt);
        }
        // Prose as often as all the rest.
        Supplier<String> kind = random.nextBoolean() ? this::sentence : kinds.get(random.nextInt(kinds.size()));
        var text = new StringBuilder("Notes of day " + (1 + random.nextInt(365)) + ". ");
        long counted = 0;
        while (counted < length) {
            String part = kind.get();
            counted += tokens.count(MODEL, part);
            text.append(part);
        }
        return text.toString().strip();
    }

    private String sentence() {
        String sentence = any(sentences);
        return sentence
                + (".?!".indexOf(sentence.charAt(sentence.length() - 1)) < 0 ? "." : "")
                + (random.nextInt(6) == 0 ? "\n\n" : " ");
    }

    private String logLine() {
        return "2026-03-%02d 10:%02d:%02d %s worker-%d: %s took %d ms%n"
                .formatted(
                        1 + random.nextInt(28),
                        random.nextInt(60),
                        random.nextInt(60),
                        any(List.of("INFO", "WARN", "ERROR")),
                        random.nextInt(16),
                        any(sentences),
                        random.nextInt(9000));
    }

    private String row() {
        return "%d,%s,%d.%02d,\"%s\"%n"
                .formatted(
                        random.nextInt(100_000),
                        any(List.of("open", "paid", "late", "cancelled")),
                        random.nextInt(900),
                        random.nextInt(100),
                        any(sentences).replace("\"", "'"));
    }

    private String object() {
        return StrictJson.object()
                        .put("id", random.nextInt(100_000))
                        .put("done", random.nextBoolean())
                        .put("note", any(sentences))
                + "\n";
    }

    private String prompt() {
        return any(prompts) + "\n\n";
    }

    private String any(List<String> of) {
        return of.get(random.nextInt(of.size()));
    }

    /** A change of one place of a text. */
    enum Edit {
        DIGIT_CHANGED("another digit") {
            @Override
            String of(String text, Random random) {
                Matcher digit = any(DIGIT, text, random);
                char other = (char) ('0' + (digit.group().charAt(0) - '0' + 1 + random.nextInt(9)) % 10);
                return text.substring(0, digit.start()) + other + text.substring(digit.end());
            }
        },
        WORD_REPLACED("another word") {
            @Override
            String of(String text, Random random) {
                Matcher one = any(WORD, text, random);
                String other = any(WORD, text, random).group();
                return text.substring(0, one.start())
                        + (other.equals(one.group()) ? other + "s" : other)
                        + text.substring(one.end());
            }
        },
        WORD_LEFT_OUT("a word less") {
            @Override
            String of(String text, Random random) {
                Matcher word = any(WORD, text, random);
                return text.substring(0, word.start()) + text.substring(word.end());
            }
        },
        NOT_INSERTED("a \"not\" more") {
            @Override
            String of(String text, Random random) {
                Matcher word = any(WORD, text, random);
                return text.substring(0, word.start()) + "not " + text.substring(word.start());
            }
        },
        SENTENCE_ADDED("a sentence more") {
            @Override
            String of(String text, Random random) {
                Matcher end = any(SENTENCE_END, text, random);
                return text.substring(0, end.end()) + "The second part no longer holds. " + text.substring(end.end());
            }
        },
        CASE_CHANGED("a word in capitals") {
            @Override
            String of(String text, Random random) {
                Matcher word = any(WORD, text, random);
                String capitals = word.group().toUpperCase(Locale.ROOT);
                return text.substring(0, word.start())
                        + (capitals.equals(word.group()) ? capitals.toLowerCase(Locale.ROOT) : capitals)
                        + text.substring(word.end());
            }
        };

        private final String words;

        Edit(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }

        abstract String of(String text, Random random);

        /** A match at any place, the next one after a place by chance. */
        private static Matcher any(Pattern pattern, String text, Random random) {
            Matcher matcher = pattern.matcher(text);
            if (!matcher.find(random.nextInt(text.length())) && !matcher.find(0)) {
                throw new IllegalArgumentException("there is no " + pattern + " in " + text);
            }
            return matcher;
        }
    }
}
