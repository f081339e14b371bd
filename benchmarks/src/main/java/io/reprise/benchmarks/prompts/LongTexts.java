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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Texts of any length, put together of prompts that were written for the verifier, and small changes of them. */
final class LongTexts {
    private static final String MODEL = "gpt-4o";
    private static final Pattern WORD = Pattern.compile("[A-Za-z]{4,}");
    private static final Pattern DIGIT = Pattern.compile("[0-9]");
    private static final Pattern SENTENCE_END = Pattern.compile("[.?!] ");

    private final List<String> sentences;
    private final Random random;

    /** @param folder of families.jsonl.gz */
    LongTexts(Path folder, Random random) {
        this.random = random;
        sentences = new ArrayList<>();
        try (var lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(folder.resolve("families.jsonl.gz"))),
                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode family = StrictJson.parse(line.getBytes(StandardCharsets.UTF_8));
                family.path("s")
                        .forEach(text -> sentences.add(text.asText().strip().replaceAll("\\s+", " ")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** A text of about so many tokens, in paragraphs. */
    String draw(int length, TokenCounter tokens) {
        var text = new StringBuilder("Notes of day " + (1 + random.nextInt(365)) + ". ");
        long counted = 0;
        while (counted < length) {
            String sentence = sentences.get(random.nextInt(sentences.size()));
            counted += tokens.count(MODEL, sentence);
            text.append(sentence);
            text.append(".?!".indexOf(sentence.charAt(sentence.length() - 1)) < 0 ? "." : "");
            text.append(random.nextInt(6) == 0 ? "\n\n" : " ");
        }
        return text.toString().strip();
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
