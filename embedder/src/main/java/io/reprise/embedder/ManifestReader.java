package io.reprise.embedder;

import io.reprise.embedder.ModelManifest.Inputs;
import io.reprise.embedder.ModelManifest.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads a manifest strictly: an unknown key, a missing key or a bad value is a problem, and all problems are reported at
 * once. While it reads, a bad value is stood in for by a blank one, which nobody sees because the reading then fails.
 */
final class ManifestReader {
    private static final int MAX_CODE_POINTS = 64 * 1024;
    private static final int MAX_WINDOW_TOKENS = 32_768;
    private static final Set<String> OF_ALL =
            Set.of("name", "source", "licence", "window_tokens", "inputs", "output", "files");
    private static final Set<String> ONLY_OF_SENTENCES = Set.of("dimension", "pooling");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern FILE_NAME = Pattern.compile("[^/\\\\\\p{Cntrl}]{1,255}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final ModelFile NO_FILE = new ModelFile("", "");

    private final List<String> problems = new ArrayList<>();

    private ManifestReader() {}

    /**
     * The manifest of a sentence model.
     *
     * @throws EmbedderException when the file cannot be read or has problems, naming the file and every one of them, or is that
     *     of a pair model
     */
    static SentenceManifest readSentence(Path file) {
        Object document = load(file);
        if (document instanceof Map<?, ?> map && Collections.disjoint(map.keySet(), ONLY_OF_SENTENCES)) {
            throw new EmbedderException("Model manifest " + file
                    + " is not that of a sentence model, as it states neither dimension nor pooling, which a pair model"
                    + " lacks: name the folder of a sentence model, or add both keys");
        }
        ManifestReader reader = new ManifestReader();
        return reader.withoutProblems(file, reader.sentence(document));
    }

    /**
     * The manifest of a pair model.
     *
     * @throws EmbedderException as {@link #readSentence}, or when the file is that of a sentence model
     */
    static PairManifest readPair(Path file) {
        Object document = load(file);
        if (document instanceof Map<?, ?> map && !Collections.disjoint(map.keySet(), ONLY_OF_SENTENCES)) {
            throw new EmbedderException("Model manifest " + file
                    + " is not that of a pair model, as it states dimension or pooling, which only a sentence model has:"
                    + " name the folder of a pair model, or remove both keys");
        }
        ManifestReader reader = new ManifestReader();
        return reader.withoutProblems(file, reader.pair(document));
    }

    private <M> M withoutProblems(Path file, M manifest) {
        if (!problems.isEmpty()) {
            throw new EmbedderException("Model manifest " + file + " cannot be used: " + String.join("; ", problems));
        }
        return manifest;
    }

    private static @Nullable Object load(Path file) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setCodePointLimit(MAX_CODE_POINTS)
                .setAllowDuplicateKeys(false)
                .build();
        try {
            return new Load(settings).loadFromString(Files.readString(file));
        } catch (IOException e) {
            throw new EmbedderException(
                    "Model manifest " + file + " cannot be read (" + e
                            + "): let the server's user read UTF-8 text there",
                    e);
        } catch (YamlEngineException e) {
            String where = e.getMessage();
            throw new EmbedderException("Model manifest " + file + " is not valid YAML: " + oneLine(where), e);
        }
    }

    // Record components are evaluated in order, which is the order problems are listed in.

    private SentenceManifest sentence(@Nullable Object document) {
        Set<String> keys = new TreeSet<>(OF_ALL);
        keys.addAll(ONLY_OF_SENTENCES);
        Section root = section("", document, keys, Set.of());
        Section files = files(root);
        return new SentenceManifest(
                name(root),
                text(root, "source"),
                text(root, "licence"),
                number(root, "dimension", 1, 4096),
                pooling(root),
                number(root, "window_tokens", 3, MAX_WINDOW_TOKENS),
                inputs(root),
                text(root, "output"),
                file(files, "weights"),
                file(files, "tokenizer"));
    }

    private PairManifest pair(@Nullable Object document) {
        Section root = section("", document, OF_ALL, Set.of());
        Section files = files(root);
        return new PairManifest(
                name(root),
                text(root, "source"),
                text(root, "licence"),
                number(root, "window_tokens", PairManifest.MIN_WINDOW_TOKENS, MAX_WINDOW_TOKENS),
                pairInputs(root),
                text(root, "output"),
                file(files, "weights"),
                file(files, "tokenizer"));
    }

    private String name(Section root) {
        return text(root, "name", NAME, "letters, digits, '.', '_' and '-', at most 64");
    }

    private Inputs inputs(Section root) {
        Section inputs =
                section("inputs", root.get("inputs"), Set.of("input_ids", "attention_mask"), Set.of("token_type_ids"));
        return distinct(new Inputs(
                text(inputs, "input_ids"),
                text(inputs, "attention_mask"),
                inputs.has("token_type_ids") ? text(inputs, "token_type_ids") : null));
    }

    private Inputs pairInputs(Section root) {
        Section inputs = section(
                "inputs", root.get("inputs"), Set.of("input_ids", "attention_mask", "token_type_ids"), Set.of());
        return distinct(
                new Inputs(text(inputs, "input_ids"), text(inputs, "attention_mask"), text(inputs, "token_type_ids")));
    }

    /** Two inputs of one name would be fed one over the other. */
    private Inputs distinct(Inputs inputs) {
        List<String> names = Stream.of(inputs.inputIds(), inputs.attentionMask(), inputs.tokenTypeIds())
                .filter(name -> name != null && !name.isEmpty())
                .toList();
        if (new HashSet<>(names).size() < names.size()) {
            problems.add("inputs are " + names + "; allowed: a name of its own for each");
        }
        return inputs;
    }

    private Section files(Section root) {
        return section("files", root.get("files"), Set.of("weights", "tokenizer"), Set.of());
    }

    private ModelFile file(Section files, String key) {
        if (!files.has(key)) {
            return NO_FILE;
        }
        Section file = section(files.path(key), files.get(key), Set.of("name", "sha256"), Set.of());
        String name = text(file, "name", FILE_NAME, "a file name without a path");
        if (name.equals(".") || name.equals("..")) {
            problems.add(file.path("name") + " is '" + name + "'; allowed: a file name without a path");
        }
        return new ModelFile(
                name, text(file, "sha256", SHA256, "64 hexadecimal digits").toLowerCase(Locale.ROOT));
    }

    private Pooling pooling(Section root) {
        String value = text(root, "pooling", Pattern.compile("mean|cls"), "mean, cls");
        return value.equals("cls") ? Pooling.CLS : Pooling.MEAN;
    }

    private String text(Section section, String key) {
        return text(section, key, Pattern.compile("(?s).*\\S.*"), "text that is not blank");
    }

    private String text(Section section, String key, Pattern allowed, String allowedInWords) {
        if (!section.has(key)) {
            return "";
        }
        Object value = section.get(key);
        if (value instanceof String text && allowed.matcher(text).matches()) {
            return text;
        }
        String quoting = value instanceof String ? "" : "; put quotes around it if it is meant as text";
        problems.add(section.path(key) + " is " + shown(value) + "; allowed: " + allowedInWords + quoting);
        return "";
    }

    private int number(Section section, String key, int min, int max) {
        if (!section.has(key)) {
            return min;
        }
        Object value = section.get(key);
        if (value instanceof Integer number && number >= min && number <= max) {
            return number;
        }
        problems.add(
                section.path(key) + " is " + shown(value) + "; allowed: a whole number from " + min + " to " + max);
        return min;
    }

    /** Checks the keys of one mapping; values are checked by whoever asks for them. */
    private Section section(String path, @Nullable Object value, Set<String> required, Set<String> optional) {
        Set<String> allowed = new TreeSet<>(required);
        allowed.addAll(optional);
        if (!(value instanceof Map<?, ?> map)) {
            // A section that is absent altogether is already reported as a missing key of the section around it.
            if (value != null || path.isEmpty()) {
                problems.add((path.isEmpty() ? "the manifest" : path) + " is " + shown(value) + "; allowed: the keys "
                        + String.join(", ", allowed));
            }
            return new Section(path, Map.of());
        }
        Section section = new Section(path, map);
        for (Object key : map.keySet()) {
            if (!(key instanceof String name && allowed.contains(name))) {
                problems.add(section.path(String.valueOf(key)) + " is an unknown key, with the value "
                        + shown(map.get(key)) + "; allowed: " + String.join(", ", allowed));
            }
        }
        for (String key : new TreeSet<>(required)) {
            if (map.get(key) == null) {
                problems.add(section.path(key) + " is missing");
            }
        }
        return section;
    }

    private static String shown(@Nullable Object value) {
        return switch (value) {
            case null -> "empty";
            case Map<?, ?> map -> "a mapping";
            case List<?> list -> "a list";
            case String text -> "'" + oneLine(text) + "'";
            case Object other -> other.toString();
        };
    }

    private static String oneLine(@Nullable String text) {
        return String.valueOf(text).strip().replaceAll("\\s+", " ");
    }

    /** One mapping of the manifest and the path of keys that leads to it. */
    private record Section(String path, Map<?, ?> map) {

        boolean has(String key) {
            return map.get(key) != null;
        }

        @Nullable Object get(String key) {
            return map.get(key);
        }

        String path(String key) {
            return path.isEmpty() ? key : path + "." + key;
        }
    }
}
