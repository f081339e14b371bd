package io.reprise.embedder;

import static java.nio.charset.StandardCharsets.UTF_8;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The model's own tokenizer: text to token ids with special tokens, neither truncated nor padded, whatever the
 * {@code tokenizer.json} asks for. Thread-safe until closed; closing while a call runs is the caller's to prevent,
 * because
 * the call uses memory that closing frees.
 *
 * <p>DJL, which binds the native tokenizer, reports its use to its makers and may fetch native libraries from the
 * network.
 * Opening a tokenizer sets the system properties {@code ai.djl.offline} and {@code OPT_OUT_TRACKING} to {@code true},
 * which
 * ends both; only the environment variables {@code DJL_OFFLINE} and {@code OPT_OUT_TRACKING}, which DJL asks first, can
 * undo it. DJL copies its native library to {@code ~/.djl.ai} (or {@code DJL_CACHE_DIR}) and loads it from there.
 */
final class SentenceTokenizer implements AutoCloseable {
    private static final int REPLACEMENT_CHARACTER = 0xFFFD;
    private static final long NO_UNKNOWN_TOKEN = -1;

    private final HuggingFaceTokenizer tokenizer;
    private final long unknownTokenId;
    private final int specialTokens;

    private SentenceTokenizer(HuggingFaceTokenizer tokenizer, long unknownTokenId) {
        this.tokenizer = tokenizer;
        this.unknownTokenId = unknownTokenId;
        this.specialTokens = tokenizer.encode("").getIds().length;
    }

    /**
     * The tokens of one text.
     *
     * @param ids token ids, with the special tokens around them
     * @param special which of them are special
     * @param unknown how much of the text the model cannot tell apart from other texts: tokens outside the vocabulary
     * and
     *     {@linkplain HiddenText hidden characters}; at least 1 for a text of which no token is left
     */
    record Tokens(long[] ids, boolean[] special, int unknown) {

        /** The ids of the tokens that are not special. */
        long[] ownIds() {
            return IntStream.range(0, ids.length)
                    .filter(t -> !special[t])
                    .mapToLong(t -> ids[t])
                    .toArray();
        }
    }

    /** @throws EmbedderException when the file is not a tokenizer or the native library does not load */
    static SentenceTokenizer open(Path file) {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        HuggingFaceTokenizer tokenizer = null;
        try {
            byte[] json = Files.readAllBytes(file);
            tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json), Map.of("truncation", "false", "padding", "false"));
            return new SentenceTokenizer(tokenizer, unknownTokenId(new String(json, UTF_8)));
        } catch (IOException | RuntimeException e) {
            if (tokenizer != null) {
                tokenizer.close();
            }
            throw new EmbedderException(
                    "The tokenizer " + file + " cannot be used (" + e.getMessage()
                            + "): it must be the tokenizer.json of a HuggingFace fast tokenizer",
                    e);
        } catch (LinkageError e) {
            throw new EmbedderException(
                    "The native tokenizer library does not load on " + System.getProperty("os.name") + " "
                            + System.getProperty("os.arch") + " (" + e.getMessage() + "): use a supported platform",
                    e);
        }
    }

    /** @throws EmbedderException when the native tokenizer fails */
    Tokens tokenize(String text) {
        int hidden = HiddenText.count(text);
        long[] ids;
        boolean[] special;
        try {
            Encoding encoding = tokenizer.encode(hidden == 0 ? text : wellFormed(text));
            ids = encoding.getIds();
            special = flags(encoding.getSpecialTokenMask());
        } catch (RuntimeException e) {
            throw new EmbedderException("The tokenizer failed: " + e.getMessage(), e);
        }
        int unknown = hidden;
        for (long id : ids) {
            if (id == unknownTokenId) {
                unknown++;
            }
        }
        return new Tokens(ids, special, ids.length == specialTokens ? Math.max(1, unknown) : unknown);
    }

    @Override
    public void close() {
        tokenizer.close();
    }

    private static boolean[] flags(long[] mask) {
        boolean[] flags = new boolean[mask.length];
        for (int i = 0; i < mask.length; i++) {
            flags[i] = mask[i] != 0;
        }
        return flags;
    }

    /** The native side takes UTF-8, which cannot hold a lone surrogate. */
    private static String wellFormed(String text) {
        int[] codePoints = text.codePoints()
                .map(c -> Character.getType(c) == Character.SURROGATE ? REPLACEMENT_CHARACTER : c)
                .toArray();
        return new String(codePoints, 0, codePoints.length);
    }

    /** Unigram models state the id, the others the token; byte-level models have neither. */
    private static long unknownTokenId(String tokenizerJson) {
        JsonObject model =
                JsonParser.parseString(tokenizerJson).getAsJsonObject().getAsJsonObject("model");
        JsonElement id = model.get("unk_id");
        if (id != null && !id.isJsonNull()) {
            return id.getAsLong();
        }
        JsonElement token = model.get("unk_token");
        if (token == null || token.isJsonNull()) {
            return NO_UNKNOWN_TOKEN;
        }
        JsonElement fromVocabulary = model.getAsJsonObject("vocab").get(token.getAsString());
        if (fromVocabulary == null) {
            throw new JsonParseException("its unknown token '" + token.getAsString() + "' is not in its vocabulary");
        }
        return fromVocabulary.getAsLong();
    }
}
