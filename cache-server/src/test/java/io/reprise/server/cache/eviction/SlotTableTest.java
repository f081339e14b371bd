package io.reprise.server.cache.eviction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SlotTableTest {
    @Test
    void entry_isFoundByItsIdUntilItIsRemoved() {
        var table = new SlotTable(false);
        int slot = table.add(Ids.of(1), "ann", "");
        assertEquals(slot, table.find(Ids.of(1)));
        assertEquals(Ids.of(1), table.id(slot));
        table.remove(slot);
        assertEquals(SlotTable.ABSENT, table.find(Ids.of(1)));
        assertEquals(0, table.size());
    }

    @Test
    void columnsOfTheLast_moveIntoTheGap() {
        var table = new SlotTable(false);
        table.add(Ids.of(1), "ann", "");
        int last = table.add(Ids.of(2), "ann", "");
        table.bytes(last, 7);
        table.hits(last, 3);
        table.hitAt(last, 11);
        table.worth(last, 0.5f);
        table.expires(last, 13);
        table.remove(0);
        assertEquals(0, table.find(Ids.of(2)));
        assertEquals(
                List.of(7, 3f, 11, 0.5f, 13),
                List.of(table.bytes(0), table.hits(0), table.hitAt(0), table.worth(0), table.expires(0)));
    }

    @Test
    void idOfAnotherShape_isRefused() {
        var table = new SlotTable(false);
        assertThrows(IllegalArgumentException.class, () -> table.find("a"));
        assertThrows(IllegalArgumentException.class, () -> table.find("x".repeat(32)));
    }

    @Test
    void namespacesThatAreNotKeptApart_haveNoMembers() {
        var table = new SlotTable(false);
        assertNull(table.members(table.add(Ids.of(1), "ann", "a")));
    }

    /** Over several pages, up and down, with the ids in chains of collisions. */
    @Test
    void manyChanges_leaveWhatAMapHolds() {
        var random = new Random(1);
        var table = new SlotTable(true);
        Map<String, String> namespaceById = new HashMap<>();
        for (int round = 0; round < 60_000; round++) {
            String id = Ids.of(random.nextInt(20_000));
            boolean growing = round / 15_000 % 2 == 0;
            if (namespaceById.containsKey(id) && random.nextInt(10) < (growing ? 2 : 9)) {
                table.remove(table.find(id));
                namespaceById.remove(id);
            } else if (!namespaceById.containsKey(id) && random.nextInt(10) < (growing ? 9 : 1)) {
                String namespace = "n" + random.nextInt(50);
                table.add(id, "ann", namespace);
                namespaceById.put(id, namespace);
            }
        }
        assertEquals(namespaceById.size(), table.size());
        Map<String, Set<String>> idsByNamespace = new HashMap<>();
        namespaceById.forEach((id, namespace) -> idsByNamespace
                .computeIfAbsent(namespace, absent -> new HashSet<>())
                .add(id));
        namespaceById.forEach((id, namespace) -> {
            int slot = table.find(id);
            assertEquals(id, table.id(slot));
            SlotTable.Members members = table.members(slot);
            assertNotNull(members);
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < members.count(); i++) {
                ids.add(table.id(members.slot(i)));
            }
            assertEquals(ids.size(), new HashSet<>(ids).size());
            assertEquals(idsByNamespace.get(namespace), new HashSet<>(ids));
        });
    }
}
