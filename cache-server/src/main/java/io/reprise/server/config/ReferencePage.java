package io.reprise.server.config;

import java.util.stream.Collectors;

/** Writes the reference page of the configuration from the table of settings. */
final class ReferencePage {
    private static final String INTRODUCTION = """
            # Configuration

            Generated from the table of settings by `./reprise config reference`; a test compares the two.

            A setting comes from a YAML file (`--config FILE`, or the file that `REPRISE_CONFIG` names), the environment,
            or a flag. Later wins: defaults, file, environment, flags. `./reprise config check` prints what holds and where
            it came from. An unknown key or a bad value stops the start, with every problem listed at once.

            In the file, a dot of a key is a level of nesting:

            ```yaml
            port: 8080
            upstream:
              openai:
                url: https://api.openai.com
            prices:
              my-model:
                input: 0.15     # US dollars per million tokens
                output: 0.60
            ```

            A segment in angle brackets is a name of your own. In a variable, `<NAME>` is in upper case, and `<HEADER>` too, with
            underscores for hyphens. Where a list is allowed, a file may have one; elsewhere commas divide it.

            Any key can also be given as `--set KEY=VALUE`. Secrets are better given by the file or the environment:
            a command line can be read by other users of the machine. A secret is never printed.

            """;
    private static final String LAUNCHER = """
            ## The launcher

            These variables are read by `./reprise` itself, before there is a configuration.

            | Variable | Meaning |
            |---|---|
            | `JAVA_HOME` | The JDK to run on, where it is at least 25; otherwise the launcher looks further. |
            | `REPRISE_CONFIG` | The configuration file when `--config` is not given. |
            | `REPRISE_HOME` | A finished build (`lib/` and `models/`) to run; nothing is built then. |
            | `REPRISE_JAVA_OPTS` | Further options of the JVM, e.g. `-Xmx2g`. |
            | `REPRISE_JDK_DIRS` | The folders to look for JDKs in, separated by colons, instead of the usual ones. |
            """;

    private ReferencePage() {}

    static String markdown() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        String section = "";
        for (Key<?> key : Keys.ALL) {
            String ofKey =
                    key.segments().size() == 1 ? "server" : key.segments().getFirst();
            if (!ofKey.equals(section)) {
                section = ofKey;
                page.append(page.length() == INTRODUCTION.length() ? "" : "\n")
                        .append("## ")
                        .append(section)
                        .append("\n\n| Key | Default | Allowed | Meaning |\n|---|---|---|---|\n");
            }
            page.append(row(key));
        }
        return page.append('\n').append(LAUNCHER).toString();
    }

    private static String row(Key<?> key) {
        String names = key.environmentVariable().stream()
                .map(variable -> "<br>`" + variable + "`")
                .collect(Collectors.joining());
        Key.Flag flag = key.flag();
        String option = flag == null ? "" : "<br>`" + flag.name() + "`";
        String fallback = key.fallback() instanceof Key.Fallback.Text(String text)
                ? "`" + text + "`"
                : key.fallback().words();
        String help = key.help().replace("|", "\\|");
        return "| `%s`%s%s | %s | %s | %s |\n"
                .formatted(key.path(), names, option, fallback, key.type().allowed(), help);
    }
}
