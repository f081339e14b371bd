package io.reprise.server.decision.guard;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/**
 * What ties an answer to the moment at which it is asked for: a question for the time, the weather, and the like, or
 * something that changes from day to day beside a word for the moment, in a prompt of one sentence.
 */
final class TimeWords {
    /** A longer prompt tells a story, of which a moment is a part. */
    private static final int MOST_WORDS = 16;

    private static final WordFile FILE = WordFile.read("time-words.txt");
    private static final Phrase ALWAYS = Phrase.any(FILE.section("always"));
    private static final Phrase THING = Phrase.any(FILE.section("thing"));
    private static final Phrase MOMENT = Phrase.any(FILE.section("moment"));
    private static final Phrase NEAR = Phrase.any(FILE.section("near"));

    /** Words of which one after the other, or one of several such rows. */
    private record Phrase(List<List<String>> rows) {
        static Phrase any(List<String> rows) {
            return new Phrase(rows.stream().map(row -> List.of(row.split("-"))).toList());
        }

        boolean isIn(List<String> words) {
            return rows.stream().anyMatch(row -> Collections.indexOfSubList(words, row) >= 0);
        }
    }

    private TimeWords() {}

    static boolean in(List<Token> tokens) {
        List<String> words = words(tokens).limit(MOST_WORDS + 1).toList();
        return words.size() <= MOST_WORDS && (ALWAYS.isIn(words) || (THING.isIn(words) && MOMENT.isIn(words)));
    }

    /** Whether they say anything of a moment, in a text of any length. */
    static boolean near(List<Token> tokens) {
        List<String> words = words(tokens).toList();
        return ALWAYS.isIn(words) || MOMENT.isIn(words) || NEAR.isIn(words);
    }

    private static Stream<String> words(List<Token> tokens) {
        return tokens.stream().filter(Token::isWord).map(Token::lower);
    }
}
