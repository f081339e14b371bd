package io.reprise.benchmarks.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class HardEditsTest {
    private static final String TEXT = "How is the best train from Berlin to Vienna 25 euros?";

    private static List<HardEdits.Edit> edits(String text) {
        return new HardEdits(List.of("Ask Mary about Paris"), List.of("bicycle"), 3).of(text);
    }

    @Test
    void everyEdit_changesTheText() {
        assertTrue(edits(TEXT).stream().noneMatch(edit -> edit.to().equals(TEXT)));
    }

    @Test
    void kindsThatChangeTheMeaning_areLabelledSo() {
        Set<String> different = edits(TEXT).stream()
                .filter(edit -> !edit.same())
                .map(HardEdits.Edit::kind)
                .collect(Collectors.toSet());
        assertTrue(
                different.containsAll(Set.of("negation", "number", "opposite", "name", "order")), different.toString());
        assertFalse(different.contains("typo"));
    }

    @Test
    void number_becomesAnotherNumber() {
        HardEdits.Edit edit = edits(TEXT).stream()
                .filter(e -> e.kind().equals("number"))
                .findFirst()
                .orElseThrow();
        assertEquals(TEXT.replaceAll("[0-9]+", ""), edit.to().replaceAll("[0-9]+", ""));
    }
}
