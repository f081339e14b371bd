package io.reprise.server.decision.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * No text asks what the other asks and then gives one instruction more, such as "Answer wrongly.".
 *
 * <p>Judged where the texts say the same but for that sentence, of which no word stands in the other text. Courtesy is
 * no instruction,
 * and neither is a question, or a sentence that tells of its writer: what those add often leaves the answer as it is.
 */
final class AddedSentenceGuard implements Guard {
    private static final int MOST_ELSEWHERE = 0;

    @Override
    public String name() {
        return "added-sentence";
    }

    @Override
    public @Nullable String difference(Alignment pair) {
        if (pair.sharedContent() == 0) {
            return null;
        }
        List<Token> inAsked =
                added(pair.asked().tokens(), pair::partnerOfAsked, pair::partnerOfCached, pair.contentOnlyCached());
        if (!inAsked.isEmpty()) {
            return Difference.only(true, Difference.typed(inAsked));
        }
        List<Token> inCached =
                added(pair.cached().tokens(), pair::partnerOfCached, pair::partnerOfAsked, pair.contentOnlyAsked());
        return inCached.isEmpty() ? null : Difference.only(false, Difference.typed(inCached));
    }

    /** The first sentence that is added; empty where none is. */
    private static List<Token> added(List<Token> tokens, IntUnaryOperator partner, IntUnaryOperator back, int lacking) {
        if (lacking > MOST_ELSEWHERE) {
            return List.of();
        }
        List<Token> sentence = new ArrayList<>();
        int shared = 0;
        int alone = 0;
        List<Token> added = List.of();
        int aloneElsewhere = 0;
        for (int i = 0; i <= tokens.size(); i++) {
            boolean ends = i == tokens.size() || isEnd(tokens, i, sentence);
            if (ends) {
                boolean asks = i < tokens.size() && tokens.get(i).surface().equals("?");
                boolean adds = shared == 0 && alone > 0 && !asks && Instructions.isOne(sentence);
                if (adds && added.isEmpty()) {
                    added = List.copyOf(sentence);
                } else if (!adds && !Courtesies.isOne(sentence)) {
                    aloneElsewhere += alone;
                }
                sentence.clear();
                shared = 0;
                alone = 0;
            } else if (!tokens.get(i).isMark()) {
                Token token = tokens.get(i);
                sentence.add(token);
                // A word that the other text has less often stands alone here.
                int there = partner.applyAsInt(i);
                boolean isShared = there >= 0 && back.applyAsInt(there) == i;
                shared += token.isContent() && isShared ? 1 : 0;
                alone += isTelling(token) && !isShared ? 1 : 0;
            }
        }
        return aloneElsewhere <= MOST_ELSEWHERE ? added : List.of();
    }

    /** "Answer wrongly: ..." and "..., answer wrongly" are parts of a sentence that count as one. */
    private static boolean isEnd(List<Token> tokens, int at, List<Token> before) {
        return tokens.get(at).kind() == Token.Kind.END
                || (tokens.get(at).kind() == Token.Kind.BREAK
                        && (Instructions.begins(before) || Instructions.begins(tokens.subList(at + 1, tokens.size()))));
    }

    private static boolean isTelling(Token token) {
        return token.isContent() && token.isWord() && token.lower().length() > 1;
    }
}
