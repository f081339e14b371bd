package io.reprise.server.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Objects by name, kept in a file: a line puts one, or takes it away. Not thread-safe. */
final class Table implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Table.class);
    /** A file with so many lines for each object is written anew. */
    private static final int LINES_PER_OBJECT = 4;

    private static final int FEW_LINES = 1000;
    private static final String NAME = "name";
    private static final String VALUE = "value";

    private final Map<String, ObjectNode> objects = new LinkedHashMap<>();
    private final Lines lines;
    private int count;

    private Table(Path file) {
        lines = Lines.open(file, true, this::read);
    }

    /**
     * Opens a table, with a new file where there is none.
     *
     * @throws AccessException when it cannot be read
     */
    static Table open(Path file) {
        return new Table(file);
    }

    private void read(ObjectNode line) {
        count++;
        String name = line.path(NAME).textValue();
        if (name == null) {
            throw new IllegalArgumentException("it has no name");
        }
        if (line.path(VALUE) instanceof ObjectNode value) {
            objects.put(name, value);
        } else {
            objects.remove(name);
        }
    }

    /** In the order in which they were first put. Not to be modified. */
    Map<String, ObjectNode> all() {
        return objects;
    }

    /**
     * Puts an object in place of the one with this name, if there is one.
     *
     * @throws AccessException when the disk refuses; nothing has changed then
     */
    void put(String name, ObjectNode value) {
        append(line(name, value));
        objects.put(name, value);
        tidy();
    }

    /** Takes an object away; fails as {@link #put} does. */
    void remove(String name) {
        append(StrictJson.object().put(NAME, name).putNull(VALUE));
        objects.remove(name);
        tidy();
    }

    private void append(ObjectNode line) {
        lines.append(line);
        count++;
    }

    private void tidy() {
        if (count > FEW_LINES && count > LINES_PER_OBJECT * objects.size()) {
            List<ObjectNode> all = new ArrayList<>();
            objects.forEach((name, value) -> all.add(line(name, value)));
            try {
                lines.replace(all);
                count = all.size();
            } catch (AccessException e) {
                // The file is whole, and only longer than it need be.
                log.warn("{}", e.getMessage());
            }
        }
    }

    private static ObjectNode line(String name, ObjectNode value) {
        ObjectNode line = StrictJson.object().put(NAME, name);
        line.set(VALUE, value);
        return line;
    }

    @Override
    public void close() {
        lines.close();
    }
}
