package io.reprise.server.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The part of the command line that only {@code replay} has. */
final class ReplayOptions {
    private static final String HTML = "--html";
    private static final String MAX_WRONG_RATE = "--max-wrong-rate";
    private static final String LIMIT = "--limit";
    private static final String PAIRS = "--pairs";
    private static final String DEFAULT_MODEL = "--default-model";
    private static final String STANDARD_INPUT = "-";
    private static final int DEFAULT_PAIRS = 20;
    private static final int MAX_PAIRS = 10_000;

    private ReplayOptions() {}

    static void addTo(CommandSpec spec) {
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("FILE")
                .index("0")
                .arity("1")
                .required(true)
                .type(String.class)
                .description(
                        "The log: on each line an object with prompt, messages or request, and as known completion,"
                                + " model, namespace, usage. May be gzip; - is standard input.")
                .build());
        option(spec, HTML, "FILE", "Also write the report as a web page.");
        option(
                spec,
                MAX_WRONG_RATE,
                "RATE",
                "Recommend a setting with at most this share of wrong semantic hits, 0 to 1."
                        + " Default: decision.max_wrong_rate");
        option(spec, LIMIT, "N", "Stop after so many calls. Default: none");
        option(
                spec,
                PAIRS,
                "N",
                "Put so many pairs of a kind to look at on the page; the text has at most 5. Default: "
                        + DEFAULT_PAIRS);
        option(spec, DEFAULT_MODEL, "NAME", "The model of lines that name none.");
    }

    /** Reads what was parsed. */
    static ReplayOrder read(ParseResult parsed) {
        String html = parsed.matchedOptionValue(HTML, null);
        String file = parsed.matchedPositionalValue(0, STANDARD_INPUT);
        return new ReplayOrder(
                file.equals(STANDARD_INPUT) ? null : path(parsed, "FILE", file),
                html == null ? null : path(parsed, HTML, html),
                rate(parsed),
                whole(parsed, LIMIT, Long.MAX_VALUE, 1, Long.MAX_VALUE),
                Math.toIntExact(whole(parsed, PAIRS, DEFAULT_PAIRS, 0, MAX_PAIRS)),
                parsed.matchedOptionValue(DEFAULT_MODEL, null));
    }

    private static void option(CommandSpec spec, String name, String label, String description) {
        spec.addOption(OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build());
    }

    private static Path path(ParseResult parsed, String what, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw misuse(parsed, what + " must be a path (" + e.getReason() + ")");
        }
    }

    private static @Nullable Double rate(ParseResult parsed) {
        String text = parsed.matchedOptionValue(MAX_WRONG_RATE, null);
        if (text == null) {
            return null;
        }
        try {
            boolean percent = text.endsWith("%");
            double number = Double.parseDouble(percent ? text.substring(0, text.length() - 1) : text);
            double rate = percent ? number / 100 : number;
            if (rate >= 0 && rate <= 1) {
                return rate;
            }
        } catch (NumberFormatException e) {
            // Told below, with the values out of range.
        }
        throw misuse(parsed, MAX_WRONG_RATE + " must be a number from 0 to 1, also written as 3%");
    }

    private static long whole(ParseResult parsed, String name, long absent, long least, long most) {
        String text = parsed.matchedOptionValue(name, null);
        if (text == null) {
            return absent;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below, with the values out of range.
        }
        String range = most == Long.MAX_VALUE ? "at least " + least : "from " + least + " to " + most;
        throw misuse(parsed, name + " must be a whole number, " + range);
    }

    private static ParameterException misuse(ParseResult parsed, String message) {
        return new ParameterException(parsed.commandSpec().commandLine(), message);
    }
}
