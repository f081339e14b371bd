package io.reprise.server.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.config.AccessConfig;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The parts of the command line that {@code keys create}, {@code keys list} and {@code keys revoke} have. */
final class KeyOptions {
    private static final String BUDGET = "--budget";
    private static final String JSON = "--json";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    /** Options that are fields of a key. */
    private record Field(String option, String name, String label, Kind kind, String description) {}

    private enum Kind {
        TEXT,
        TEXTS,
        NUMBER
    }

    private static final List<Field> FIELDS = List.of(
            new Field("--name", "name", "NAME", Kind.TEXT, "What the key is called; each name once."),
            new Field("--team", "team", "NAME", Kind.TEXT, "The team that pays."),
            new Field("--user", "user", "NAME", Kind.TEXT, "The user who pays."),
            new Field("--tag", "tags", "NAME", Kind.TEXTS, "A mark for budgets and reports. May be repeated."),
            new Field(
                    "--model",
                    "models",
                    "PATTERN",
                    Kind.TEXTS,
                    "A model that it may ask for. May be repeated; all else."),
            new Field(
                    "--route",
                    "routes",
                    "ROUTE",
                    Kind.TEXTS,
                    "A route that it may ask for by name, or a path that it may call. May be repeated; all else."),
            new Field("--share", "share", "key|team|all", Kind.TEXT, "Whose cached answers it sees. Default: key"),
            new Field("--expires-at", "expires_at", "TIME", Kind.TEXT, "From when on it is refused, in RFC 3339."),
            new Field("--rpm", "rpm", "N", Kind.NUMBER, "Calls in a minute."),
            new Field("--tpm", "tpm", "N", Kind.NUMBER, "Tokens in a minute, sent and received."),
            new Field("--max-parallel", "max_parallel", "N", Kind.NUMBER, "Calls at the same time."),
            new Field("--max-output-tokens", "max_output_tokens", "N", Kind.NUMBER, "The most tokens of one answer."),
            new Field("--cost-threshold", "cost_threshold_usd", "USD", Kind.TEXT, "What one call may cost at most."),
            new Field(
                    "--on-threshold",
                    "on_threshold",
                    "reject|clamp|model:NAME",
                    Kind.TEXT,
                    "What becomes of a call that may cost more. Default: reject"));

    private KeyOptions() {}

    static void addToCreate(CommandSpec spec) {
        for (Field field : FIELDS) {
            spec.addOption(OptionSpec.builder(field.option())
                    .paramLabel(field.label())
                    .required(field.name().equals("name"))
                    .type(
                            switch (field.kind()) {
                                case TEXT -> String.class;
                                case TEXTS -> String[].class;
                                case NUMBER -> Long.class;
                            })
                    .description(field.description())
                    .build());
        }
        spec.addOption(OptionSpec.builder(BUDGET)
                .paramLabel("USD/WINDOW")
                .type(String[].class)
                .description("What its calls may cost together: " + AccessConfig.Budget.ALLOWED + ". May be repeated.")
                .build());
        addJson(spec);
        TransferOptions.addAdministrator(spec);
    }

    static void addToList(CommandSpec spec) {
        addJson(spec);
        TransferOptions.addAdministrator(spec);
    }

    static void addToRevoke(CommandSpec spec) {
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("KEY")
                .index("0")
                .arity("1")
                .required(true)
                .type(String.class)
                .description("The id of a key, or its name.")
                .build());
        TransferOptions.addAdministrator(spec);
    }

    private static void addJson(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(JSON)
                .type(boolean.class)
                .arity("0")
                .description("Print all that the server answers, as JSON.")
                .build());
    }

    static boolean asJson(ParseResult parsed) {
        return parsed.hasMatchedOption(JSON);
    }

    static String named(ParseResult parsed) {
        return parsed.matchedPositionalValue(0, "");
    }

    /** The server, as its administrator. */
    static KeyClient client(ParseResult parsed, Map<String, String> environment) {
        var url = TransferOptions.url(parsed);
        return new KeyClient(url, TransferOptions.token(parsed, environment, url));
    }

    /** The key that was asked for, as the server takes it. */
    static ObjectNode key(ParseResult parsed) {
        ObjectNode key = MAPPER.createObjectNode();
        for (Field field : FIELDS) {
            if (!parsed.hasMatchedOption(field.option())) {
                continue;
            }
            switch (field.kind()) {
                case TEXT -> key.put(field.name(), parsed.<String>matchedOptionValue(field.option(), ""));
                case NUMBER -> key.put(field.name(), parsed.<Long>matchedOptionValue(field.option(), 0L));
                case TEXTS -> {
                    ArrayNode list = key.putArray(field.name());
                    for (String text : parsed.matchedOptionValue(field.option(), new String[0])) {
                        list.add(text);
                    }
                }
            }
        }
        if (parsed.hasMatchedOption(BUDGET)) {
            ArrayNode list = key.putArray("budgets");
            for (String text : parsed.matchedOptionValue(BUDGET, new String[0])) {
                list.add(budget(parsed, text));
            }
        }
        return key;
    }

    private static ObjectNode budget(ParseResult parsed, String text) {
        try {
            AccessConfig.Budget budget = AccessConfig.Budget.parse(text);
            return MAPPER.createObjectNode()
                    .put("usd", budget.usd().toPlainString())
                    .put("window", budget.window())
                    .put("zone", budget.zone().getId());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(),
                    BUDGET + " \"" + text + "\" is " + e.getMessage() + "; allowed: " + AccessConfig.Budget.ALLOWED,
                    e);
        }
    }
}
