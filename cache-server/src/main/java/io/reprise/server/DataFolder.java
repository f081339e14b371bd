package io.reprise.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.reprise.index.OwnerOnly;
import io.reprise.server.cache.eviction.ProvenPrincipals;
import io.reprise.server.cli.AdminToken;
import io.reprise.server.cli.StartException;
import io.reprise.server.config.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder that holds all a server keeps: the index, the ledger, and the key that principals are made with. */
record DataFolder(Path path) {
    private static final Logger log = LoggerFactory.getLogger(DataFolder.class);
    private static final String KEY_FILE = "principal.key";
    private static final int KEY_BYTES = 32;
    private static final int TOKEN_BYTES = 32;
    private static final int MIN_TOKEN_CHARS = 16;
    private static final Pattern OURS = Pattern.compile("index|ledger|access|requests"
            + "|(evidence|quarantine|judge|hits|principals?|admin|alerts)[^/]*\\.(bin|txt|key|token)(\\.new)?");

    /** Opens the folder, making it when it is not there; nobody but its owner may read it then, or what is in it. */
    static DataFolder open(Path path) {
        try {
            OwnerOnly.createFolder(path);
        } catch (IOException e) {
            throw new StartException(
                    "cannot create the data folder " + path + " (" + e + "); choose another with --data", e);
        }
        if (!Files.isWritable(path)) {
            throw new StartException(
                    "cannot write to the data folder " + path + "; allow it or choose another with --data");
        }
        var folder = new DataFolder(path);
        int tightened = folder.closeToOthers();
        if (tightened > 0) {
            log.info("{} was open to others: {} files and folders in it are now their owner's alone", path, tightened);
        }
        return folder;
    }

    /** Closes what is open in it, such as the locks that libraries make, and says how much that was. */
    int closeToOthers() {
        try {
            return OwnerOnly.tighten(path.toRealPath(), DataFolder::isOurs);
        } catch (IOException e) {
            log.warn("the data folder {} may be open to others: {}", path, e.toString());
            return 0;
        }
    }

    /** Whether the server made what has this name in its folder: others may keep things of their own there. */
    private static boolean isOurs(String name) {
        return OURS.matcher(name).matches();
    }

    Path index() {
        return path.resolve("index");
    }

    /** Virtual keys, budgets and limits, and what was spent. */
    Path access() {
        return path.resolve("access");
    }

    Path ledger() {
        return ledgerIn(path);
    }

    /** The log of calls. */
    Path requests() {
        return path.resolve("requests");
    }

    /** Where the ledger of a data folder is, which need not be open. */
    static Path ledgerIn(Path data) {
        return data.resolve("ledger");
    }

    /** How often entries were asked for. */
    Path hits() {
        return path.resolve("hits.bin");
    }

    /** Who is somebody. */
    ProvenPrincipals principals() {
        Path file = path.resolve("principals.txt");
        try {
            return ProvenPrincipals.open(file);
        } catch (IOException e) {
            throw new StartException("cannot read " + file + " (" + e + ")", e);
        }
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
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        byte[] kept = kept(file, key);
        if (kept.length != KEY_BYTES) {
            throw new StartException(file + " must have " + KEY_BYTES + " bytes and has " + kept.length
                    + "; restore it from a backup, or delete it to start with all entries out of reach");
        }
        return kept;
    }

    /** The administrator's token of this folder, made at the first start. */
    Secret adminToken() {
        Path file = path.resolve(AdminToken.FILE);
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = new String(kept(file, (HexFormat.of().formatHex(random) + "\n").getBytes(US_ASCII)), US_ASCII);
        if (token.strip().length() < MIN_TOKEN_CHARS) {
            throw new StartException(file + " must hold a token of at least " + MIN_TOKEN_CHARS
                    + " characters; delete it to have another one made");
        }
        return new Secret(token.strip());
    }

    /** What a small file holds, which is made with this content where it is not there. */
    private static byte[] kept(Path file, byte[] fresh) {
        try {
            try (var out = OwnerOnly.create(file)) {
                out.write(ByteBuffer.wrap(fresh));
                return fresh;
            } catch (FileAlreadyExistsException e) {
                return Files.readAllBytes(file);
            }
        } catch (IOException e) {
            throw new StartException("cannot read or write " + file + " (" + e + ")", e);
        }
    }
}
