package io.reprise.server.decision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PairFeaturesTest {
    @Test
    void orderOfTheTwo_makesNoDifference() {
        TokenSketch a = Sketches.of(0, 2, 3, 5);
        TokenSketch b = Sketches.of(0, 3, 2, 4, 1);
        float[] there = PairFeatures.of(0.9f, "Is Ann's dog 3?", a, "is anns cat 4! Why?", b, Sketches.weights());
        float[] back = PairFeatures.of(0.9f, "is anns cat 4! Why?", b, "Is Ann's dog 3?", a, Sketches.weights());
        assertArrayEquals(there, back, 1e-6f);
    }

    @Test
    void everyName_hasItsValue() {
        TokenSketch a = Sketches.of(1);
        assertEquals(PairFeatures.NAMES.size(), PairFeatures.of(1, "a", a, "a", a, Sketches.weights()).length);
        assertEquals(
                PairFeatures.NAMES.size(),
                PairFeatures.NAMES.stream().distinct().count());
    }

    @Test
    void equalTokens_leaveNothingUnmatched() {
        assertEquals(0, value("unmatched weight, larger", Sketches.of(2, 3), Sketches.of(2, 3)), 1e-5);
        assertEquals(0, value("other words, larger", Sketches.of(2, 3), Sketches.of(2, 3)));
    }

    @Test
    void swappedTokens_areInverted() {
        assertEquals(1, value("inversions of equal content", Sketches.of(2, 3), Sketches.of(3, 2)));
        assertEquals(0, value("inversions of equal content", Sketches.of(2, 3), Sketches.of(2, 3)));
    }

    @Test
    void rareTokenOfOneAlone_weighsMoreThanACommonOne() {
        float rare = value("other words' weight, larger", Sketches.of(3, 4), Sketches.of(3, 4, 2));
        float common = value("other words' weight, larger", Sketches.of(3, 4), Sketches.of(3, 4, 0));
        assertTrue(rare > common, rare + " > " + common);
    }

    @Test
    void shortForms_areWordsInFull() {
        assertEquals(1, value("equal words", "What's wrong? It doesn't start", "what is wrong it does not start"));
        assertEquals(1, value("equal words", "Why can’t I log in", "why cannot I log in"));
    }

    @Test
    void slip_isNotFarFromTheWord() {
        assertEquals(0, value("words far from all, larger", "reset my pasword", "reset my password"));
        assertEquals(0, value("words far from all, larger", "reset my apssword", "reset my password"));
        assertEquals(1, value("words far from all, larger", "reset my account", "reset my password"));
    }

    @Test
    void numbers_areNeverSlips() {
        assertEquals(1, value("words far from all, larger", "room 12345", "room 12346"));
        assertEquals(2, value("different numbers", "room 12345", "room 12346"));
    }

    @Test
    void symbols_areTold() {
        assertEquals(3, value("different symbols", "learn C# fast", "learn C++ fast"));
        assertEquals(0, value("different symbols", "learn \"C\" fast!", "learn C fast."));
    }

    @Test
    void sentences_areCounted() {
        assertEquals(1, value("difference of sentences", "Why 3.5 volts? How do I fix it?", "Why 3.5 volts"));
    }

    private static float value(String name, TokenSketch a, TokenSketch b) {
        return PairFeatures.of(0, "", a, "", b, Sketches.weights())[PairFeatures.NAMES.indexOf(name)];
    }

    private static float value(String name, String a, String b) {
        TokenSketch sketch = Sketches.of(1);
        return PairFeatures.of(0, a, sketch, b, sketch, Sketches.weights())[PairFeatures.NAMES.indexOf(name)];
    }
}
