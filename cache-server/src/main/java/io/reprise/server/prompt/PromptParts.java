package io.reprise.server.prompt;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A long prompt in two parts: an instruction, and the text that the instruction is about. {@code Summarise this: <2,000
 * words>} is the usual form. Instructions are compared by meaning. Payloads must be equal to the letter, so they belong to
 * the scope.
 *
 * <p>The division depends on the prompt alone, so that two prompts with one payload are divided alike. A prompt is divided
 * when it is at least {@value #LEAST_LENGTH} characters long and begins, or else ends, with what looks like an instruction;
 * otherwise the payload is empty. The instruction at the beginning ends at the first line break or colon, or else with the
 * first sentence. The one at the end is the last line. What follows an instruction at the beginning is payload to the last
 * letter, even where it holds another instruction.
 *
 * @param instruction what is compared by meaning, not empty; the whole prompt where it is not divided
 * @param payload without white space at its ends; empty where the prompt is not divided
 */
public record PromptParts(String instruction, String payload) {
    /** About 200 tokens: shorter prompts are compared as a whole, within the sentence model's window. */
    static final int LEAST_LENGTH = 700;

    /** An instruction is a line or a sentence; what is longer is taken for payload. */
    static final int LONGEST_INSTRUCTION = 400;

    /** Words by which an instruction refers to a text, and tasks that are done to one, in lower case. */
    private static final Pattern TASK =
            Pattern.compile("\\b(?:below|above|following|this|these|here|text|passage|article"
                    + "|document|email|letter|message|code|function|snippet|logs?|table|data|json|transcript|conversation|report"
                    + "|review|essay|paragraph|notes|summari[sz]e|summary|translate|rewrite|rephrase|paraphrase|explain|fix|correct"
                    + "|proofread|improve|shorten|extract|classify|list|find|convert|analy[sz]e|debug|refactor|describe|answer"
                    + "|outline|tl;?dr)\\b");

    /** Divides a prompt, as it is after Unicode NFC and without white space at its ends. */
    public static PromptParts of(String prompt) {
        if (prompt.length() < LEAST_LENGTH) {
            return whole(prompt);
        }
        int lead = leadEnd(prompt);
        if (lead > 0 && isInstruction(prompt.substring(0, lead))) {
            return parts(prompt.substring(0, lead), prompt.substring(lead), prompt);
        }
        int trail = prompt.lastIndexOf('\n') + 1;
        if (trail > 0 && prompt.length() - trail <= LONGEST_INSTRUCTION && isInstruction(prompt.substring(trail))) {
            return parts(prompt.substring(trail), prompt.substring(0, trail), prompt);
        }
        return whole(prompt);
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

    private static boolean isInstruction(String text) {
        String stripped = text.strip();
        return stripped.endsWith(":")
                || stripped.endsWith("?")
                || TASK.matcher(stripped.toLowerCase(Locale.ROOT)).find();
    }
}
