package io.reprise.server.decision.guard;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A list of words beside this class: words divided by white space, {@code # comments}, sections that begin with {@code [name]}. */
final class WordFile {
    private final Map<String, List<String>> sections = new LinkedHashMap<>();

    private WordFile() {}

    static WordFile read(String resource) {
        var file = new WordFile();
        List<String> section = file.sections.computeIfAbsent("", name -> new ArrayList<>());
        for (List<String> line : lines(resource)) {
            String first = line.getFirst();
            if (first.startsWith("[")) {
                section = file.sections.computeIfAbsent(
                        first.substring(1, first.length() - 1), name -> new ArrayList<>());
            } else {
                section.addAll(line);
            }
        }
        return file;
    }

    /** The words of each line that has any. */
    static List<List<String>> lines(String resource) {
        List<List<String>> lines = new ArrayList<>();
        for (String line : text(resource)) {
            lines.add(List.of(line.split("\\s+")));
        }
        return lines;
    }

    /** The lines without comments and blank ones. */
    static List<String> text(String resource) {
        List<String> lines = new ArrayList<>();
        try (InputStream in = WordFile.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(
                        "there is no word list " + resource + " beside " + WordFile.class.getName());
            }
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                int comment = line.indexOf('#');
                String kept = (comment < 0 ? line : line.substring(0, comment)).strip();
                if (!kept.isEmpty()) {
                    lines.add(kept);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the word list " + resource, e);
        }
        return lines;
    }

    List<String> section(String name) {
        List<String> words = sections.get(name);
        if (words == null) {
            throw new IllegalArgumentException("there is no section " + name + " among " + sections.keySet());
        }
        return List.copyOf(words);
    }

    /** Names of the sections that have words. */
    List<String> names() {
        return sections.entrySet().stream()
                .filter(section -> !section.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    List<String> all() {
        return sections.values().stream().flatMap(List::stream).toList();
    }
}
