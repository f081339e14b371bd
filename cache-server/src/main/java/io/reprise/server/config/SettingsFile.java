package io.reprise.server.config;

import java.util.List;

/**
 * Writes a configuration file of all settings from their table: each with what it does, what is allowed and its default.
 *
 * <p>The settings are commented out, so that the file changes nothing and a later version's defaults hold. A setting is
 * {@code #key: value} and a comment is {@code # words}: taking away the one mark of a setting makes it hold.
 */
final class SettingsFile {
    private static final int WIDTH = 100;
    private static final String INDENT = "  ";
    private static final String INTRODUCTION = """
            # All settings of Reprise, with their defaults. Written by `./reprise config init`.
            #
            # To change a setting, take away the mark before its key: `#port: 8080` becomes `port: 8080`.
            # Start with this file:  ./reprise serve --config FILE
            # Check it first:        ./reprise config check --config FILE
            #
            # A name in angle brackets is one that you choose, such as a model's.
            """;

    private SettingsFile() {}

    static String yaml() {
        StringBuilder file = new StringBuilder(INTRODUCTION);
        List<String> open = List.of();
        for (Key<?> key : Keys.ALL) {
            List<String> segments = key.segments();
            List<String> sections = segments.subList(0, segments.size() - 1);
            openSections(file, open, sections);
            setting(file, key, sections.size());
            open = sections;
        }
        return file.toString();
    }

    /** Sections have lines of their own; those under a name of the operator's are commented out with it. */
    private static void openSections(StringBuilder file, List<String> open, List<String> sections) {
        int common = 0;
        while (common < Math.min(open.size(), sections.size())
                && open.get(common).equals(sections.get(common))) {
            common++;
        }
        for (int depth = common; depth < sections.size(); depth++) {
            boolean named = sections.subList(0, depth + 1).stream().anyMatch(Key::isName);
            file.append(depth == common ? "\n" : "")
                    .append(INDENT.repeat(depth))
                    .append(named ? "#" : "")
                    .append(sections.get(depth))
                    .append(":\n");
        }
    }

    private static void setting(StringBuilder file, Key<?> key, int depth) {
        String indent = INDENT.repeat(depth);
        file.append('\n');
        comment(file, indent, key.help().replace("`", ""));
        String variable =
                key.environmentVariable().map(name -> "; variable " + name).orElse("");
        comment(file, indent, "Allowed: " + key.type().allowed() + variable + ".");
        String value = "";
        if (key.fallback() instanceof Key.Fallback.Text(String text)) {
            value = " " + text;
        } else {
            comment(file, indent, "Default: " + key.fallback().words().replace("`", "") + ".");
        }
        file.append(indent)
                .append('#')
                .append(key.segments().getLast())
                .append(':')
                .append(value)
                .append('\n');
    }

    private static void comment(StringBuilder file, String indent, String words) {
        String start = indent + "# ";
        int room = WIDTH - start.length();
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > room) {
                file.append(start).append(line).append('\n');
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        file.append(start).append(line).append('\n');
    }
}
