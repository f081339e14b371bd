package io.reprise.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads settings from a YAML 1.2 file, as text with its line: every value is read by its {@link ValueType} from what the
 * operator wrote, so no number is rounded and no {@code no} becomes a boolean on the way.
 */
final class YamlSource {
    private static final long MAX_FILE_BYTES = 1 << 20;
    private static final KeyTree TREE = KeyTree.of(Keys.ALL);

    private final Path shownFile;
    private final Settings settings;

    private YamlSource(Path shownFile, Settings settings) {
        this.shownFile = shownFile;
        this.settings = settings;
    }

    /** Reads the file into the settings; false, with one problem and no setting, when it cannot be read. */
    static boolean read(Path file, Surroundings surroundings, Settings settings) {
        YamlSource source = new YamlSource(file, settings);
        Origin whole = new Origin.File(file);
        try {
            Path resolved = surroundings.resolve(file);
            if (Files.size(resolved) > MAX_FILE_BYTES) {
                source.unreadable("larger than " + MAX_FILE_BYTES + " bytes", whole);
                return false;
            }
            source.readDocument(Files.readString(resolved));
            return true;
        } catch (NoSuchFileException e) {
            source.unreadable("no such file", whole);
        } catch (CharacterCodingException e) {
            source.unreadable("not UTF-8", whole);
        } catch (IOException e) {
            source.unreadable("cannot be read", whole);
        } catch (MarkedYamlEngineException e) {
            // The parser's own message quotes the line, which may hold a secret.
            Origin at = e.getProblemMark()
                    .<Origin>map(mark -> new Origin.FileLine(file, mark.getLine() + 1))
                    .orElse(whole);
            source.unreadable("not YAML: " + e.getProblem(), at);
        } catch (YamlEngineException e) {
            source.unreadable("not YAML", whole);
        }
        return false;
    }

    private void readDocument(String yaml) {
        LoadSettings load = LoadSettings.builder().setUseMarks(true).build();
        Optional<Node> root = new Compose(load).composeString(yaml);
        root.ifPresent(node -> walk(node, TREE, List.of()));
    }

    private void unreadable(String reason, Origin origin) {
        settings.report(new ConfigProblem(
                "--config", shownFile.toString(), reason, "a readable YAML file in UTF-8", null, origin));
    }

    private void walk(Node node, KeyTree tree, List<String> path) {
        switch (tree) {
            case KeyTree.Leaf(Key<?> key) -> value(node, key, path);
            case KeyTree.Section(Map<String, KeyTree> children) -> section(node, children, path);
            case KeyTree.Names(ValueType<String> names, KeyTree each) -> names(node, names, each, path);
        }
    }

    private void value(Node node, Key<?> key, List<String> path) {
        List<String> names = key.namesIn(path);
        if (key.type().tree() && node instanceof SequenceNode) {
            settings.put(key, names, json(node).toString(), originOf(node));
        } else if (key.type().list()
                && node instanceof SequenceNode list
                && texts(list).isPresent()) {
            settings.put(key, names, String.join(", ", texts(list).get()), originOf(node));
        } else if (!(node instanceof ScalarNode scalar)) {
            report(
                    node,
                    key.shownPath(names),
                    "(a mapping or list)",
                    "not a single value",
                    key.type().allowed());
        } else if (!isNull(scalar)) {
            settings.put(key, names, scalar.getValue(), originOf(node));
        } else if (!(key.fallback() instanceof Key.Fallback.Absent)) {
            report(
                    node,
                    key.shownPath(names),
                    "(none)",
                    "has no value",
                    key.type().allowed());
        }
    }

    /** A node as JSON with every value a text, as the operator wrote it. */
    private static JsonNode json(Node node) {
        return switch (node) {
            case ScalarNode scalar -> isNull(scalar) ? NullNode.instance : TextNode.valueOf(scalar.getValue());
            case SequenceNode list -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                list.getValue().forEach(each -> array.add(json(each)));
                yield array;
            }
            case MappingNode mapping -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                for (NodeTuple entry : mapping.getValue()) {
                    String name = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
                    // A second one makes the name an unknown one, which is then reported.
                    object.set(object.has(name) ? name + " (a second one)" : name, json(entry.getValueNode()));
                }
                yield object;
            }
            default -> NullNode.instance;
        };
    }

    /** The elements of a list of single values, or empty when it is another list. */
    private static Optional<List<String>> texts(SequenceNode list) {
        boolean single = list.getValue().stream()
                .allMatch(element -> element instanceof ScalarNode scalar
                        && !isNull(scalar)
                        && !scalar.getValue().contains(","));
        return single
                ? Optional.of(list.getValue().stream()
                        .map(element -> ((ScalarNode) element).getValue())
                        .toList())
                : Optional.empty();
    }

    private void section(Node node, Map<String, KeyTree> children, List<String> path) {
        for (NodeTuple entry : entries(node, path, "the keys " + String.join(", ", children.keySet()), true)) {
            String segment = ((ScalarNode) entry.getKeyNode()).getValue();
            KeyTree child = children.get(segment);
            List<String> childPath = append(path, segment);
            if (child == null) {
                Origin origin = originOf(entry.getKeyNode());
                settings.report(
                        entry.getValueNode() instanceof ScalarNode scalar
                                ? UnknownKey.withValue(childPath, scalar.getValue(), origin)
                                : UnknownKey.withSection(childPath, origin));
            } else {
                walk(entry.getValueNode(), child, childPath);
            }
        }
    }

    private void names(Node node, ValueType<String> names, KeyTree each, List<String> path) {
        boolean showNames = names.showing() == ValueType.Showing.ALL;
        for (NodeTuple entry : entries(node, path, "keys that are each " + names.allowed(), showNames)) {
            String name = ((ScalarNode) entry.getKeyNode()).getValue();
            walk(entry.getValueNode(), each, append(path, name));
        }
    }

    /** The entries of a mapping that have a plain key of their own; reports the others, and a node that is no mapping. */
    private List<NodeTuple> entries(Node node, List<String> path, String allowed, boolean showKeys) {
        if (node instanceof ScalarNode scalar && isNull(scalar)) {
            return List.of();
        }
        String shownPath = path.isEmpty() ? "(the file)" : String.join(".", path);
        if (!(node instanceof MappingNode mapping)) {
            String value = node instanceof ScalarNode scalar ? shownAt(path, scalar.getValue()) : "(a list)";
            report(node, shownPath, value, "not a mapping", "a mapping with " + allowed);
            return List.of();
        }
        Map<String, Integer> lineByKey = new HashMap<>();
        return mapping.getValue().stream()
                .filter(entry -> isNew(entry.getKeyNode(), lineByKey, path, showKeys))
                .toList();
    }

    private boolean isNew(Node key, Map<String, Integer> lineByKey, List<String> path, boolean showKeys) {
        if (!(key instanceof ScalarNode scalar)) {
            report(key, String.join(".", path), "(a mapping or list)", "not a key", "a single value as the key");
            return false;
        }
        Integer first = lineByKey.putIfAbsent(scalar.getValue(), lineOf(key));
        if (first != null) {
            String shown = String.join(".", append(path, showKeys ? scalar.getValue() : Secret.REDACTED));
            report(key, shown, "(a second one)", "given already on line " + first, "each key once");
        }
        return first == null;
    }

    /** What stands in the place of a section may be a secret of that section. */
    private static String shownAt(List<String> path, String text) {
        boolean holdsSecrets =
                Keys.ALL.stream().filter(key -> isWithin(path, key.segments())).anyMatch(Key::holdsSecret);
        return holdsSecrets ? Secret.REDACTED : '"' + text + '"';
    }

    private static boolean isWithin(List<String> section, List<String> key) {
        return key.size() > section.size()
                && IntStream.range(0, section.size())
                        .allMatch(i -> Key.isName(key.get(i)) || key.get(i).equals(section.get(i)));
    }

    private void report(Node node, String path, String value, String reason, String allowed) {
        settings.report(new ConfigProblem(path, value, reason, allowed, null, originOf(node)));
    }

    private Origin originOf(Node node) {
        return new Origin.FileLine(shownFile, lineOf(node));
    }

    private static int lineOf(Node node) {
        return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }

    private static boolean isNull(ScalarNode scalar) {
        return scalar.getTag().equals(Tag.NULL);
    }

    private static List<String> append(List<String> path, String segment) {
        return Stream.concat(path.stream(), Stream.of(segment)).toList();
    }
}
