package io.reprise.server.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.reprise.server.cache.Aliases.Alias;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AliasesTest {
    private final Aliases aliases = new Aliases(3);

    @Test
    void alias_isFoundUntilItExpires() {
        aliases.put("sent", new Alias("own", 0.9, List.of("e"), 100));
        assertEquals("own", history("sent", 99));
        assertNull(aliases.of("sent", 100));
        assertEquals(0, aliases.size());
    }

    @Test
    void moreCertainAlias_stays() {
        aliases.put("sent", new Alias("sure", 0.9, List.of("e"), 100));
        aliases.put("sent", new Alias("unsure", 0.8, List.of("f"), 100));
        assertEquals("sure", history("sent", 0));
        aliases.put("sent", new Alias("surer", 0.95, List.of("f"), 100));
        assertEquals("surer", history("sent", 0));
    }

    @Test
    void entryThatGoes_takesEveryAliasAlongThatItHadAPartIn() {
        aliases.put("one", new Alias("x", 0.9, List.of("e"), 100));
        aliases.put("two", new Alias("y", 0.9, List.of("e", "f"), 100));
        aliases.put("other", new Alias("z", 0.9, List.of("g"), 100));
        aliases.removeThrough(List.of("e"));
        assertNull(aliases.of("one", 0));
        assertNull(aliases.of("two", 0));
        assertEquals("z", history("other", 0));
    }

    @Test
    void replacedAlias_isNoLongerItsFormerEntrys() {
        aliases.put("sent", new Alias("x", 0.8, List.of("e"), 100));
        aliases.put("sent", new Alias("y", 0.9, List.of("f"), 100));
        aliases.removeThrough(List.of("e"));
        assertEquals("y", history("sent", 0));
    }

    @Test
    void ofTooMany_theOneUsedLongestAgoGoes() {
        for (String sent : List.of("a", "b", "c")) {
            aliases.put(sent, new Alias("own", 0.9, List.of("e"), 100));
        }
        history("a", 0);
        aliases.put("d", new Alias("own", 0.9, List.of("e"), 100));
        assertNull(aliases.of("b", 0));
        assertEquals("own", history("a", 0));
        assertEquals(3, aliases.size());
    }

    @Test
    void withoutRoom_nothingIsRemembered() {
        var none = new Aliases(0);
        none.put("sent", new Alias("own", 0.9, List.of("e"), 100));
        assertNull(none.of("sent", 0));
    }

    private String history(String sent, long now) {
        Alias alias = aliases.of(sent, now);
        assertNotNull(alias);
        return alias.history();
    }
}
