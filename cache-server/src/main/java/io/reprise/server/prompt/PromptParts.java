package io.reprise.server.prompt;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A long prompt in two parts: an instruction, and the text that the instruction is about. {@code Summarise this: <2,000
 * words>} is the usual form. Instructions are compared by meaning. Payloads must be equal to the letter, so they belong to
 * the scope.
 *
 * <p>The division depends on the prompt alone, so that two prompts with one payload are divided alike. A prompt is divided
 * when it is at least {@value #LEAST_LENGTH} characters long and begins or ends with what looks like an instruction;
 * otherwise the payload is empty. Where both do, the one that looks more like one is taken, the first where they are
 * alike. The instruction at the beginning ends at the first line break or colon, or else with the first sentence. The one
 * at the end is the last line. All the rest is payload to the last letter, even where it holds another instruction.
 *
 * @param instruction what is compared by meaning, not empty; the whole prompt where it is not divided
 * @param payload without white space at its ends; empty where the prompt is not divided
 */
public record PromptParts(String instruction, String payload) {
    /** About 200 tokens: shorter prompts are compared as a whole, within the sentence model's window. */
    static final int LEAST_LENGTH = 700;

    /** An instruction is a line or a sentence; what is longer is taken for payload. */
    static final int LONGEST_INSTRUCTION = 400;

    private static final int NONE = -1;

    /** Words by which an instruction refers to a text, and tasks that are done to one, in lower case. */
    private static final Pattern TASK =
            Pattern.compile("\\b(?:below|above|following|this|these|here|text|passage|article"
                    + "|document|email|letter|message|code|function|snippet|logs?|table|data|json|transcript|conversation|report"
                    + "|review|essay|paragraph|notes|summari[sz]e|summary|translate|rewrite|rephrase|paraphrase|explain|fix|correct"
                    + "|proofread|improve|shorten|extract|classify|list|find|convert|analy[sz]e|debug|refactor|describe|answer"
                    + "|outline|tl;?dr)\\b");

    private static final Pattern BEGINS_WITH_TASK =
            Pattern.compile("(?:please |can you |could you |i need |i want |help me )*(?:summari[sz]e|sum up|give|write"
                    + "|translate|rewrite|rephrase|paraphrase|explain|fix|correct|proofread|improve|shorten|make|turn|put|extract"
                    + "|classify|list|find|name|point out|convert|analy[sz]e|debug|refactor|describe|answer|reply|draft|outline"
                    + "|suggest|change|tell|say|what|which|who|when|where|why|how|is|are|does|do|tl;?dr)\\b");

    private static final Pattern POINTS_AT_TEXT = Pattern.compile("\\b(?:below|above|following"
            + "|(?:this|these|the) (?:text|passage|article|document|email|letter|message|code|function|snippet|logs?|table|data"
            + "|json|transcript|conversation|report|review|essay|paragraph|notes|meeting|customer))\\b");

    /** Divides a prompt, as it is after Unicode NFC and without white space at its ends. */
    public static PromptParts of(String prompt) {
        if (prompt.length() < LEAST_LENGTH) {
            return whole(prompt);
        }
        int lead = leadEnd(prompt);
        int trail = prompt.lastIndexOf('\n') + 1;
        int asLead = lead > 0 ? likeness(prompt.substring(0, lead)) : NONE;
        int asTrail =
                trail > 0 && prompt.length() - trail <= LONGEST_INSTRUCTION ? likeness(prompt.substring(trail)) : NONE;
        if (asLead == NONE && asTrail == NONE) {
            return whole(prompt);
        }
        return asLead >= asTrail
                ? parts(prompt.substring(0, lead), prompt.substring(lead), prompt)
                : parts(prompt.substring(trail), prompt.substring(0, trail), prompt);
    }

    /** What of a prompt is compared by meaning. */
    public static String meaning(String prompt) {
        return of(prompt).instruction;
    }

    private static PromptParts whole(String prompt) {
        return new PromptParts(prompt, "");
    }

    private static PromptParts parts(String instruction, String payload, String prompt) {
        return instruction.isBlank() || payload.isBlank()
                ? whole(prompt)
                : new PromptParts(instruction.strip(), payload.strip());
    }

    /** Where the instruction at the beginning ends; 0 where none does within the limit. */
    private static int leadEnd(String prompt) {
        int most = Math.min(LONGEST_INSTRUCTION, prompt.length() - 1);
        int sentence = 0;
        for (int i = 0; i < most; i++) {
            char c = prompt.charAt(i);
            if (c == '\n') {
                return i + 1;
            }
            if (Character.isWhitespace(prompt.charAt(i + 1))) {
                if (c == ':') {
                    return i + 1;
                }
                if (sentence == 0 && (c == '.' || c == '?' || c == '!')) {
                    sentence = i + 1;
                }
            }
        }
        return sentence;
    }

    /** How much a text looks like an instruction, the more the larger, or {@link #NONE} where it does not. */
    private static int likeness(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        boolean introduces = lower.endsWith(":");
        if (!introduces && !lower.endsWith("?") && !TASK.matcher(lower).find()) {
            return NONE;
        }
        return (introduces ? 1 : 0)
                + (BEGINS_WITH_TASK.matcher(lower).lookingAt() ? 1 : 0)
                + (POINTS_AT_TEXT.matcher(lower).find() ? 1 : 0);
    }
}
