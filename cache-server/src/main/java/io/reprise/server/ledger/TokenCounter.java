package io.reprise.server.ledger;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import io.reprise.server.protocol.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts tokens where upstream reports none.
 *
 * <p>{@code cl100k_base} for gpt-4, gpt-4-*, gpt-3.5 and OpenAI's embedding models; {@code o200k_base} for everything else. That is right
 * for gpt-4o, gpt-4.1, gpt-4.5, gpt-5 and the o-series and a stand-in for other vendors, whose
 * tokenizers are not here; how far off it is for them was not measured. Literals such as {@code <|endoftext|>} count as the text they are.
 *
 * <p>The work is bounded. A text is cut into pieces of at most 8,192 chars, because the encoder's time per char grows with the length
 * of a run without spaces; a cut before a space is exact, one inside such a run may add or lose a token or two. Past 524,288
 * chars in one estimate the rest is taken to have as many tokens per char as the part counted.
 *
 * <p>Thread-safe. An encoding is loaded at its first use (a quarter of a second and some 100 MB for o200k_base) and kept.
 */
public final class TokenCounter {
    /** What a chat message costs beside its text: its frame is 3 tokens and its role 1. */
    static final long TOKENS_PER_MESSAGE = 4;

    /** What a chat prompt costs beside its messages: the start of the reply. */
    static final long TOKENS_PER_REPLY = 3;

    static final int MAX_COUNTED_CHARS = 1 << 19;
    private static final int PIECE_CHARS = 8_192;

    private final EncodingRegistry encodings = Encodings.newLazyEncodingRegistry();

    /** Tokens of a text in the model's encoding, without the frame of a message. */
    public long count(@Nullable String model, String text) {
        return count(encodingOf(model), List.of(text));
    }

    /**
     * What a chat call probably used: for the prompt, its texts, 4 tokens for each and 3 for the call, as OpenAI's cookbook counts
     * messages; for the answer, its text. Embedding models have no messages and so no frame. Tools, images and reasoning are
     * not counted: it is a lower estimate where a call has them.
     *
     * @param model the model asked for, or null when the call named none
     * @param promptTexts the text of each message
     * @param answerText the text of the answer, or empty
     */
    public Usage estimate(@Nullable String model, List<String> promptTexts, String answerText) {
        Encoding encoding = encodingOf(model);
        boolean hasFrame = !promptTexts.isEmpty() && !isEmbedding(model);
        long frame = hasFrame ? TOKENS_PER_MESSAGE * promptTexts.size() + TOKENS_PER_REPLY : 0;
        return Usage.of(count(encoding, promptTexts) + frame, count(encoding, List.of(answerText)), true);
    }

    private static long count(Encoding encoding, List<String> texts) {
        long chars = 0;
        long countedChars = 0;
        long tokens = 0;
        for (String text : texts) {
            chars += text.length();
            int end = (int) Math.min(text.length(), MAX_COUNTED_CHARS - countedChars);
            for (int start = 0; start < end; ) {
                int cut = pieceEnd(text, start, end);
                tokens += encoding.countTokensOrdinary(text.substring(start, cut));
                start = cut;
            }
            countedChars += end;
        }
        return chars == countedChars ? tokens : tokens + (chars - countedChars) * tokens / countedChars;
    }

    /**
     * Where the piece that begins at {@code start} ends. Both encodings begin a new pre-token at a space that follows a
     * non-space, so a cut there changes no token.
     */
    private static int pieceEnd(String text, int start, int end) {
        if (end - start <= PIECE_CHARS) {
            return end;
        }
        int last = start + PIECE_CHARS;
        for (int cut = last; cut > start + PIECE_CHARS / 2; cut--) {
            if (text.charAt(cut) == ' ' && !isSpace(text.charAt(cut - 1))) {
                return cut;
            }
        }
        return Character.isSurrogatePair(text.charAt(last - 1), text.charAt(last)) ? last - 1 : last;
    }

    private static boolean isSpace(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    private Encoding encodingOf(@Nullable String model) {
        return encodings.getEncoding(usesCl100k(model) ? EncodingType.CL100K_BASE : EncodingType.O200K_BASE);
    }

    private static boolean usesCl100k(@Nullable String model) {
        if (model == null) {
            return false;
        }
        // A fine-tuned model is named ft:<base>:<organisation>:<name>:<id>.
        String base = model.startsWith("ft:") ? model.substring(3) : model;
        return base.equals("gpt-4")
                || base.startsWith("gpt-4-")
                || base.startsWith("gpt-4:")
                || base.startsWith("gpt-3.5")
                || base.startsWith("gpt-35-turbo")
                || isEmbedding(base);
    }

    private static boolean isEmbedding(@Nullable String model) {
        return model != null && model.startsWith("text-embedding-");
    }
}
