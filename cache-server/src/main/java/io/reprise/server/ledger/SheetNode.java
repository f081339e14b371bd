package io.reprise.server.ledger;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A value of a price list with its place, so that every complaint names the line and the key. */
record SheetNode(String key, Node node) {
    private static final Pattern DECIMAL = Pattern.compile("\\d{1,12}(\\.\\d{1,12})?");

    boolean isMap() {
        return node instanceof MappingNode;
    }

    boolean isList() {
        return node instanceof SequenceNode;
    }

    /** The fields of a map, of which all are known. */
    Map<String, SheetNode> fields(Set<String> allowed) {
        Map<String, SheetNode> fields = fields();
        for (SheetNode field : fields.values()) {
            if (!allowed.contains(field.key)) {
                throw field.problem("is not known here; allowed: " + new TreeSet<>(allowed));
            }
        }
        return fields;
    }

    /** The fields of a map whose keys are names. */
    Map<String, SheetNode> fields() {
        if (!(node instanceof MappingNode map)) {
            throw problem("must be a map");
        }
        Map<String, SheetNode> fields = new LinkedHashMap<>();
        for (NodeTuple tuple : map.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode name)) {
                throw problem("has a key that is no word");
            }
            SheetNode field = new SheetNode(name.getValue(), tuple.getValueNode());
            if (fields.put(name.getValue(), field) != null) {
                throw new SheetNode(name.getValue(), name).problem("is there twice");
            }
        }
        return fields;
    }

    List<SheetNode> list() {
        if (!(node instanceof SequenceNode list)) {
            throw problem("must be a list");
        }
        List<SheetNode> all = new ArrayList<>();
        list.getValue().forEach(each -> all.add(new SheetNode(key, each)));
        return all;
    }

    String text() {
        if (!(node instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw problem("must be one word or number");
        }
        return scalar.getValue();
    }

    /** A plain decimal number that is at least 0 and at most so much. */
    BigDecimal number(long most) {
        String text = text();
        if (!DECIMAL.matcher(text).matches() || new BigDecimal(text).compareTo(BigDecimal.valueOf(most)) > 0) {
            throw problem("must be a plain decimal number from 0 to " + most + ", and is " + text);
        }
        return new BigDecimal(text);
    }

    LocalDate date() {
        try {
            return LocalDate.parse(text());
        } catch (DateTimeException e) {
            throw problem("must be a day such as 2026-08-21, and is " + text());
        }
    }

    IllegalArgumentException problem(String what) {
        return new IllegalArgumentException(at() + (key.isEmpty() ? "the price list" : key) + " " + what);
    }

    /** The same complaint with this place before it. */
    IllegalArgumentException at(IllegalArgumentException complaint) {
        return new IllegalArgumentException(at() + complaint.getMessage(), complaint);
    }

    private String at() {
        return node.getStartMark()
                .map(mark -> "line " + (mark.getLine() + 1) + ": ")
                .orElse("");
    }

    static @Nullable String textOf(@Nullable SheetNode node) {
        return node == null ? null : node.text();
    }

    static @Nullable LocalDate dateOf(@Nullable SheetNode node) {
        return node == null ? null : node.date();
    }
}
