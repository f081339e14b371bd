package io.reprise.server.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The administrator's token that a server keeps in its data folder, for commands on the same machine. */
public final class AdminToken {
    /** The file's name in the data folder. */
    public static final String FILE = "admin.token";

    private AdminToken() {}

    /**
     * The token of a data folder, or null where it has none.
     *
     * @throws TransferException when it is there and cannot be read
     */
    static @Nullable String in(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            throw new TransferException(
                    "cannot read " + file + " (" + e + "); give --token, or the folder with --data", e);
        }
    }
}
