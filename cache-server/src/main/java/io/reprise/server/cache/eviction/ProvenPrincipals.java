package io.reprise.server.cache.eviction;

import io.reprise.index.OwnerOnly;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The principals that are somebody: those with a name, and those whose credential upstream has taken once. Anybody may
 * make up the
 * others, as many as he likes.
 *
 * <p>A file of a line each carries them over a restart; they are hashes. In a data folder that has none yet, all whose
 * entries are
 * there already are taken for proven. Thread-safe.
 */
public final class ProvenPrincipals {
    private static final Logger log = LoggerFactory.getLogger(ProvenPrincipals.class);
    private static final String OF_A_CREDENTIAL = "key:";
    /** Some 10 MB; who comes later is not proven. */
    private static final int MOST = 100_000;

    private final @Nullable Path file;
    private final Set<String> proven = ConcurrentHashMap.newKeySet();
    private boolean adopting;

    private ProvenPrincipals(@Nullable Path file) {
        this.file = file;
    }

    /** With nothing proven, and nothing kept. */
    public static ProvenPrincipals inMemory() {
        return new ProvenPrincipals(null);
    }

    /**
     * Those of a file, which need not be there.
     *
     * @throws IOException when it is there and cannot be read
     */
    public static ProvenPrincipals open(Path file) throws IOException {
        var principals = new ProvenPrincipals(file);
        if (Files.exists(file)) {
            principals.proven.addAll(Files.readAllLines(file, StandardCharsets.US_ASCII));
        } else {
            principals.adopting = true;
        }
        return principals;
    }

    /** Whether a principal is somebody. */
    public boolean isProven(String principal) {
        return !principal.startsWith(OF_A_CREDENTIAL) || proven.contains(principal);
    }

    /** Notes that upstream has taken a principal's credential, and says whether that is news. */
    synchronized boolean prove(String principal) {
        if (isProven(principal) || proven.size() >= MOST) {
            return false;
        }
        proven.add(principal);
        if (!adopting) {
            append(principal + '\n');
        }
        return true;
    }

    /** Notes that a principal's entries were there at the start. */
    synchronized void found(String principal) {
        if (adopting) {
            prove(principal);
        }
    }

    /** Ends what {@link #found} does: all that were there at the start are known. */
    synchronized void foundAll() {
        if (adopting) {
            adopting = false;
            append(proven.isEmpty() ? "" : String.join("\n", proven) + '\n');
        }
    }

    private void append(String lines) {
        if (file == null) {
            return;
        }
        try (FileChannel out =
                Files.exists(file) ? FileChannel.open(file, StandardOpenOption.APPEND) : OwnerOnly.create(file)) {
            ByteBuffer left = ByteBuffer.wrap(lines.getBytes(StandardCharsets.US_ASCII));
            while (left.hasRemaining()) {
                out.write(left);
            }
        } catch (IOException e) {
            log.warn(
                    "{} could not be written: a principal has to be proven again after a restart ({})",
                    file,
                    e.toString());
        }
    }
}
