package io.reprise.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages under {@code docs}, the README and the examples: links lead somewhere, and every page can be found. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path DOCS = ROOT.resolve("docs");
    private static final Pattern LINK = Pattern.compile("]\\((?!https?://|mailto:)([^)#\\s]*)(#[^)\\s]*)?\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} (.+)$");
    private static final Pattern NAVIGATION = Pattern.compile(": ([a-z-]+\\.md)$", Pattern.MULTILINE);
    private static final int README_CHARS = 9000;

    @Test
    void everyLink_leadsToAFileAndAHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                links++;
                Path target = link.group(1).isEmpty()
                        ? page
                        : page.resolveSibling(link.group(1)).normalize();
                if (!Files.exists(target)) {
                    broken.add(ROOT.relativize(page) + ": " + link.group());
                } else if (link.group(2) != null
                        && !anchors(target).contains(link.group(2).substring(1))) {
                    broken.add(ROOT.relativize(page) + ": no heading for " + link.group());
                }
            }
        }
        assertTrue(links > 50, "found only " + links);
        assertEquals(List.of(), broken);
    }

    @Test
    void everyPage_isInTheNavigationAndTheIndex() throws IOException {
        Set<String> pages = new TreeSet<>();
        try (Stream<Path> files = Files.list(DOCS)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".md"))
                    .forEach(pages::add);
        }
        Set<String> navigation = NAVIGATION
                .matcher(Files.readString(ROOT.resolve("mkdocs.yml")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(pages, navigation);
        String index = Files.readString(DOCS.resolve("index.md"));
        pages.stream()
                .filter(page -> !page.equals("index.md"))
                .forEach(page -> assertTrue(index.contains("](" + page), page + " is not in docs/index.md"));
    }

    @Test
    void readme_isShort() throws IOException {
        int chars = Files.readString(ROOT.resolve("README.md")).length();
        assertTrue(chars <= README_CHARS, "README.md has " + chars + " characters");
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        pages.add(ROOT.resolve("README.md"));
        pages.add(ROOT.resolve("CONTRIBUTING.md"));
        pages.add(ROOT.resolve("examples/README.md"));
        try (Stream<Path> files = Files.list(DOCS)) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages;
    }

    /** As GitHub and mkdocs make them of headings. */
    private static Set<String> anchors(Path page) throws IOException {
        return HEADING.matcher(Files.readString(page))
                .results()
                .map(found -> found.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 _-]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
