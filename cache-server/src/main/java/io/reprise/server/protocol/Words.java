package io.reprise.server.protocol;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Takes a text apart into words, about as a model writes it token by token. */
final class Words {
    private Words() {}

    /** The words of a text (Unicode, annex 29), each with the white space before it; together they are the text. */
    static List<String> of(String text) {
        BreakIterator breaks = BreakIterator.getWordInstance(Locale.ROOT);
        breaks.setText(text);
        List<String> words = new ArrayList<>();
        int begin = 0;
        int from = breaks.first();
        for (int to = breaks.next(); to != BreakIterator.DONE; from = to, to = breaks.next()) {
            if (!text.substring(from, to).isBlank()) {
                words.add(text.substring(begin, to));
                begin = to;
            }
        }
        if (begin < text.length()) {
            words.add(text.substring(begin));
        }
        return words;
    }
}
