package io.reprise.server.cli;

import io.reprise.server.config.ServerConfig;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The parts of the command line that speak of a running server, of {@code import}, {@code export} and {@code prices check}. */
final class TransferOptions {
    private static final String URL = "--url";
    private static final String TOKEN = "--token";
    private static final String KEY = "--key";
    private static final String NAMESPACE = "--namespace";
    private static final String MODEL = "--model";
    private static final String TAG = "--tag";
    private static final String AFTER = "--after";
    private static final String VECTORS = "--vectors";
    private static final String STRICT = "--strict";
    private static final String DATA = "--data";
    private static final String DATA_VARIABLE = "REPRISE_DATA";
    private static final String DEFAULT_DATA = "./data";
    private static final String JSON = "--json";
    private static final String TOKEN_VARIABLE = "REPRISE_ADMIN_TOKEN";
    private static final String DEFAULT_URL = "http://127.0.0.1:8080";

    private TransferOptions() {}

    static void addToExport(CommandSpec spec) {
        addFile(spec, "Written as lines of JSON, packed when it ends in .gz; - is standard output.");
        addServer(spec, "Export the entries of this API key's caller, instead of everybody's.");
        option(spec, NAMESPACE, "NAME", "Only entries of this namespace.");
        option(spec, MODEL, "NAME", "Only entries of this model.");
        option(spec, TAG, "TAG", "Only entries with this tag.");
        option(spec, AFTER, "ID", "Only entries after this id, to go on with an export that broke off.");
        flag(
                spec,
                VECTORS,
                "Also write the vectors, so that an import need not compute them: some 4 KB more for each entry.");
    }

    static void addToImport(CommandSpec spec) {
        addFile(
                spec,
                "Lines of an export, or of questions with their answers: {\"prompt\": ..., \"answer\": ..., \"model\":"
                        + " ...}. May be gzip; - is standard input.");
        addServer(spec, "Import as the caller with this API key, whose calls then find the questions.");
        option(spec, NAMESPACE, "NAME", "The namespace of questions that name none.");
        option(spec, MODEL, "NAME", "The model of questions that name none; a call finds only those of its model.");
        flag(spec, STRICT, "Stop at the first line that cannot be imported.");
    }

    static void addToDashboard(CommandSpec spec) {
        addAdministrator(spec);
    }

    static void addToPriceCheck(CommandSpec spec) {
        option(spec, URL, "URL", "Ask this running server for its calls, instead of reading the data folder.");
        option(
                spec,
                TOKEN,
                "TOKEN",
                "The administrator's token of that server. Default: the variable " + TOKEN_VARIABLE);
        flag(spec, JSON, "Print one object of JSON.");
    }

    static PriceCheckOrder readPriceCheck(ParseResult parsed, Map<String, String> environment) {
        return new PriceCheckOrder(
                parsed.hasMatchedOption(URL) ? url(parsed) : null,
                parsed.matchedOptionValue(TOKEN, environment.get(TOKEN_VARIABLE)),
                parsed.hasMatchedOption(JSON));
    }

    /** Reads what was parsed. */
    static TransferOrder read(ParseResult parsed, Map<String, String> environment) {
        String key = parsed.matchedOptionValue(KEY, null);
        URI url = url(parsed);
        return new TransferOrder(
                parsed.matchedPositionalValue(0, TransferOrder.STANDARD),
                url,
                token(parsed, environment, url),
                key,
                parsed.matchedOptionValue(NAMESPACE, null),
                parsed.matchedOptionValue(MODEL, null),
                matched(parsed, TAG),
                matched(parsed, AFTER),
                parsed.hasMatchedOption(VECTORS),
                parsed.hasMatchedOption(STRICT));
    }

    /** Reads which server is meant. */
    static ServerAddress readServer(ParseResult parsed, Map<String, String> environment) {
        URI url = url(parsed);
        return new ServerAddress(url, token(parsed, environment, url));
    }

    /** A token that is found, not given, goes to this machine alone: any other server would get to know it. */
    static @Nullable String token(ParseResult parsed, Map<String, String> environment, URI url) {
        String given = parsed.matchedOptionValue(TOKEN, environment.get(TOKEN_VARIABLE));
        if (given != null) {
            return given;
        }
        String folder = parsed.matchedOptionValue(DATA, null);
        if (folder == null && ServerConfig.beyondLoopback(host(url))) {
            return null;
        }
        Path data = folder(parsed, folder == null ? environment.getOrDefault(DATA_VARIABLE, DEFAULT_DATA) : folder);
        String found = AdminToken.in(data);
        if (found == null && folder != null) {
            throw new TransferException("there is no " + AdminToken.FILE + " in " + data + "; give --token", null);
        }
        return found;
    }

    private static String host(URI url) {
        return url.getHost().replace("[", "").replace("]", "");
    }

    private static Path folder(ParseResult parsed, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(), DATA + " must be a path (" + e.getReason() + ")", e);
        }
    }

    private static @Nullable String matched(ParseResult parsed, String name) {
        // An option that a command does not have cannot be asked for.
        return parsed.hasMatchedOption(name) ? parsed.matchedOptionValue(name, null) : null;
    }

    static URI url(ParseResult parsed) {
        String text = parsed.matchedOptionValue(URL, DEFAULT_URL);
        try {
            URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Told below, with the addresses of another kind.
        }
        throw new ParameterException(
                parsed.commandSpec().commandLine(), URL + " must be the address of a server, such as " + DEFAULT_URL);
    }

    private static void addFile(CommandSpec spec, String description) {
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("FILE")
                .index("0")
                .arity("1")
                .required(true)
                .type(String.class)
                .description(description)
                .build());
    }

    private static void addServer(CommandSpec spec, String ofKey) {
        addAdministrator(spec);
        option(spec, KEY, "KEY", ofKey);
    }

    /** The options of commands that ask a running server as its administrator. */
    static void addAdministrator(CommandSpec spec) {
        option(spec, URL, "URL", "The running server. Default: " + DEFAULT_URL);
        option(
                spec,
                TOKEN,
                "TOKEN",
                "The administrator's token. Default: the variable " + TOKEN_VARIABLE + ", else the one in --data.");
        option(
                spec,
                DATA,
                "DIR",
                "The server's data folder, whose " + AdminToken.FILE + " has the token. Default: the variable "
                        + DATA_VARIABLE + ", else " + DEFAULT_DATA + ", for a server on this machine.");
    }

    private static void option(CommandSpec spec, String name, String label, String description) {
        spec.addOption(OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build());
    }

    private static void flag(CommandSpec spec, String name, String description) {
        spec.addOption(OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build());
    }
}
