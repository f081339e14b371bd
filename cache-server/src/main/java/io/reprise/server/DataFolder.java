package io.reprise.server;

import io.reprise.server.cli.StartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The folder that holds all a server keeps: the index, the ledger, and the key that principals are made with. */
record DataFolder(Path path) {
    private static final String KEY_FILE = "principal.key";
    private static final int KEY_BYTES = 32;

    /** Opens the folder, making it when it is not there. */
    static DataFolder open(Path path) {
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new StartException(
                    "cannot create the data folder " + path + " (" + e + "); choose another with --data", e);
        }
        if (!Files.isWritable(path)) {
            throw new StartException(
                    "cannot write to the data folder " + path + "; allow it or choose another with --data");
        }
        return new DataFolder(path);
    }

    Path index() {
        return path.resolve("index");
    }

    Path ledger() {
        return ledgerIn(path);
    }

    /** Where the ledger of a data folder is, which need not be open. */
    static Path ledgerIn(Path data) {
        return data.resolve("ledger");
    }

    /** How often entries were asked for. */
    Path hits() {
        return path.resolve("hits.bin");
    }

    /** How often the judge of audits erred. */
    Path judgeChecks() {
        return path.resolve("judge.txt");
    }

    /**
     * The key of this folder's principals, made at the first start. Entries belong to nobody any more when it is lost.
     */
    byte[] principalKey() {
        Path file = path.resolve(KEY_FILE);
        try {
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            try (var out = Files.newByteChannel(
                    file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly(path))) {
                out.write(ByteBuffer.wrap(key));
                return key;
            } catch (FileAlreadyExistsException e) {
                byte[] existing = Files.readAllBytes(file);
                if (existing.length != KEY_BYTES) {
                    throw new StartException(file + " must have " + KEY_BYTES + " bytes and has " + existing.length
                            + "; restore it from a backup, or delete it to start with all entries out of reach");
                }
                return existing;
            }
        } catch (IOException e) {
            throw new StartException("cannot read or write " + file + " (" + e + ")", e);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path folder) {
        return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
