package io.reprise.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A result as a Markdown page, printed as it grows and written to a file at the end. Not thread-safe. */
public final class MarkdownReport {
    private final StringBuilder page = new StringBuilder();

    /**
     * Begins a page.
     *
     * @param command how the page was made
     */
    public MarkdownReport(String title, MachineFacts facts, String command) {
        add("# " + title + "\n\nMade by `" + command + "`; no number here is typed by hand.\n\n" + facts.markdown());
    }

    public void section(String title) {
        add("\n## " + title + "\n");
    }

    public void paragraph(String text) {
        add("\n" + text + "\n");
    }

    /** A table whose columns but the first are aligned right. */
    public void table(List<String> head, List<List<String>> rows) {
        var table = new StringBuilder("\n");
        line(table, head);
        List<String> rule = new ArrayList<>(Collections.nCopies(head.size(), "---:"));
        rule.set(0, "---");
        line(table, rule);
        rows.forEach(row -> line(table, row));
        add(table.toString());
    }

    /** Writes the page; null prints only, which has happened already. */
    public void write(@Nullable Path file) {
        if (file == null) {
            return;
        }
        try {
            Path absolute = file.toAbsolutePath();
            Files.createDirectories(absolute.getParent());
            Files.writeString(absolute, page);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private void add(String text) {
        page.append(text);
        System.out.print(text);
        System.out.flush();
    }

    private static void line(StringBuilder table, List<String> cells) {
        table.append("| ")
                .append(String.join(
                        " | ",
                        cells.stream().map(cell -> cell.replace("|", "\\|")).toList()))
                .append(" |\n");
    }
}
