package io.reprise.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParseResult;

/** {@code keys create}, {@code keys list} and {@code keys revoke}. */
final class KeyCommands {
    private static final String ROW = "%-18s %-24s %-16s %-9s %s%n";

    private final Map<String, String> environment;
    private final PrintWriter out;

    KeyCommands(Map<String, String> environment, PrintWriter out) {
        this.environment = environment;
        this.out = out;
    }

    /** Prints the key alone, so that a script can take it. */
    int create(ParseResult parsed) {
        JsonNode made = KeyOptions.client(parsed, environment).create(KeyOptions.key(parsed));
        out.println(
                KeyOptions.asJson(parsed)
                        ? made.toPrettyString()
                        : made.path("key").asText());
        return ExitCode.OK;
    }

    int list(ParseResult parsed) {
        List<JsonNode> keys = KeyOptions.client(parsed, environment).list();
        if (KeyOptions.asJson(parsed)) {
            keys.forEach(out::println);
            return ExitCode.OK;
        }
        out.printf(ROW, "ID", "NAME", "TEAM", "STATE", "SPENT");
        for (JsonNode key : keys) {
            List<String> budgets = new ArrayList<>();
            for (JsonNode budget : key.path("budgets")) {
                budgets.add(budget.path("spent_usd").asText() + " of "
                        + budget.path("usd").asText() + '/'
                        + budget.path("window").asText());
            }
            out.printf(
                    ROW,
                    key.path("id").asText(),
                    key.path("name").asText(),
                    key.path("team").asText("-"),
                    key.path("disabled").asBoolean() ? "disabled" : "active",
                    String.join(", ", budgets));
        }
        return ExitCode.OK;
    }

    int revoke(ParseResult parsed) {
        KeyOptions.client(parsed, environment).revoke(KeyOptions.named(parsed));
        return ExitCode.OK;
    }
}
