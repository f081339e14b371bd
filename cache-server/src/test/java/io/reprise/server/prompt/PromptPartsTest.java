package io.reprise.server.prompt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptPartsTest {
    private static final String PAYLOAD = "The harbour office opened in 1911 and has kept a ledger of each ship since. "
            .repeat(12)
            .strip();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Summarise this: ",
                "Please give me a summary of the following text:\n\n",
                "Can you summarise the text below?\n",
                "I need a short summary of this article.\n\n",
                "tl;dr of this please\n",
                "Summarise the following passage. ",
            })
    void instructionBefore_isDividedFromThePayload(String instruction) {
        assertEquals(new PromptParts(instruction.strip(), PAYLOAD), PromptParts.of(instruction + PAYLOAD));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Summarise the text above.", "What is the main point of this?", "Translate the passage to French"
            })
    void instructionAfter_isDividedFromThePayload(String instruction) {
        assertEquals(new PromptParts(instruction, PAYLOAD), PromptParts.of(PAYLOAD + "\n\n" + instruction));
    }

    @Test
    void instructionAfterAPayloadThatNamesATask_isDividedFromIt() {
        String payload = "Notes of 12 March. " + PAYLOAD;
        assertEquals(
                new PromptParts("Turn these notes into a to-do list", payload),
                PromptParts.of(payload + "\n\nTurn these notes into a to-do list"));
    }

    @Test
    void payloadOfSeveralParagraphs_staysWhole() {
        String payload = "A title\n\n" + PAYLOAD + "\n\nA last line: what now?";
        assertEquals(new PromptParts("Summarise this:", payload), PromptParts.of("Summarise this:\n" + payload));
    }

    @Test
    void editOfThePayload_isAnotherPayload() {
        assertNotEquals(
                PromptParts.of("Summarise this: " + PAYLOAD).payload(),
                PromptParts.of("Summarise this: " + PAYLOAD.replaceFirst("1911", "1912"))
                        .payload());
    }

    @Test
    void shortPrompt_isNotDivided() {
        String prompt = "Summarise this: the harbour office opened in 1911.";
        assertEquals(new PromptParts(prompt, ""), PromptParts.of(prompt));
    }

    @Test
    void longPromptWithoutInstruction_isNotDivided() {
        assertEquals(new PromptParts(PAYLOAD, ""), PromptParts.of(PAYLOAD));
    }

    @Test
    void lineOfAMillionCharacters_isNotDivided() {
        String prompt = "a".repeat(1_000_000);
        assertEquals(new PromptParts(prompt, ""), PromptParts.of(prompt));
    }

    @Test
    void instructionWithoutPayload_isNotDivided() {
        String prompt = "x ".repeat(400) + "this:";
        assertEquals(new PromptParts(prompt, ""), PromptParts.of(prompt));
    }
}
