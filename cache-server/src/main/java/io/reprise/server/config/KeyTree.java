package io.reprise.server.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of settings as the tree that a YAML file must have. */
sealed interface KeyTree {

    /** A mapping with fixed keys. */
    record Section(Map<String, KeyTree> children) implements KeyTree {}

    /** A mapping whose keys the operator chooses. */
    record Names(ValueType<String> names, KeyTree each) implements KeyTree {}

    /** A value. */
    record Leaf(Key<?> key) implements KeyTree {}

    static KeyTree of(List<Key<?>> keys) {
        return of(keys, 0);
    }

    /** The subtree of keys that agree in their first {@code depth} segments. */
    private static KeyTree of(List<Key<?>> keys, int depth) {
        Key<?> first = keys.getFirst();
        if (first.segments().size() == depth) {
            return new Leaf(first);
        }
        if (Key.isName(first.segments().get(depth))) {
            long before =
                    first.segments().stream().limit(depth).filter(Key::isName).count();
            return new Names(first.names().get((int) before).type(), of(keys, depth + 1));
        }
        Map<String, List<Key<?>>> bySegment = new LinkedHashMap<>();
        for (Key<?> key : keys) {
            bySegment
                    .computeIfAbsent(key.segments().get(depth), segment -> new ArrayList<>())
                    .add(key);
        }
        Map<String, KeyTree> children = new LinkedHashMap<>();
        bySegment.forEach((segment, group) -> children.put(segment, of(group, depth + 1)));
        return new Section(children);
    }
}
