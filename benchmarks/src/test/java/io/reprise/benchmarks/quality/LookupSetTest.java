package io.reprise.benchmarks.quality;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.reprise.benchmarks.quality.LookupSet.Group;
import java.util.List;
import org.junit.jupiter.api.Test;

class LookupSetTest {
    private final LookupSet set = new LookupSet(
            "some",
            "",
            List.of(
                    lookup(true, "lang ko", "source s", "file f", "tag t"),
                    lookup(false, "lang ko", "source s", "file f"),
                    lookup(false, "lang de", "source z", "file f", "tag t")));

    @Test
    void groups_areInOrderAndWithoutThoseThatHoldTheSame() {
        assertEquals(
                List.of(
                        new Group("all", true),
                        new Group("all", false),
                        new Group("lang de", false),
                        new Group("lang ko", true),
                        new Group("lang ko", false),
                        new Group("tag t", true),
                        new Group("tag t", false)),
                List.copyOf(set.groups().keySet()));
    }

    @Test
    void scores_areThoseOfTheGroup() {
        assertArrayEquals(new double[] {2, 3}, set.scores(new Group("all", false), new double[] {1, 2, 3}));
        assertArrayEquals(new double[0], set.scores(new Group("none", false), new double[] {1, 2, 3}));
    }

    @Test
    void groupsOfOneLabel_areNotAmongThoseWithBoth() {
        assertEquals(List.of("all", "lang ko", "tag t"), set.withBothLabels(1));
        assertEquals(List.of(), set.withBothLabels(2));
    }

    private static LabelledLookup lookup(boolean same, String... groups) {
        return new LabelledLookup(List.of(groups), same, false, PromptText.exactOnly("a"), List.of());
    }
}
