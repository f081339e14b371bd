package io.reprise.server.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The option {@code --out}: a text goes to a file that is not there yet, or to standard output. */
final class NewFile {
    private static final String OUT = "--out";

    private NewFile() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(OptionSpec.builder(OUT)
                .paramLabel("FILE")
                .type(String.class)
                .description("Write to this new file. Default: standard output")
                .build());
    }

    /**
     * Writes the text where the command line wants it.
     *
     * @throws StartException when the file is there already or cannot be written
     */
    static void write(ParseResult parsed, String text, PrintWriter out) {
        String given = parsed.matchedOptionValue(OUT, null);
        if (given == null) {
            out.print(text);
            return;
        }
        try {
            Files.writeString(Path.of(given), text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (InvalidPathException e) {
            throw new ParameterException(
                    parsed.commandSpec().commandLine(), OUT + " must be a path (" + e.getReason() + ")", e);
        } catch (FileAlreadyExistsException e) {
            throw new StartException(given + " is there already; name another file, or move it away", e);
        } catch (IOException e) {
            throw new StartException("cannot write " + given + " (" + e + ")", e);
        }
    }
}
