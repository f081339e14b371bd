package io.reprise.server.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.access.VirtualKey.Hash;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The virtual keys: those of the configuration, and those made while the server runs, which are kept in a file. Of a key itself only its
 * SHA-256 is kept, which tells nothing of 192 random bits. Thread-safe; changes wait for the disk, {@link #find} never does.
 */
final class VirtualKeys implements AutoCloseable {
    /** What every virtual key begins with. */
    static final String PREFIX = "rk-";

    private static final int RANDOM_BYTES = 24;
    private static final int ID_BYTES = 6;
    private static final int MAX_KEYS = 100_000;

    private final SecureRandom random = new SecureRandom();
    private final Clock clock;
    private final Table table;
    private final Map<String, VirtualKey> byId = new ConcurrentHashMap<>();
    private final Map<String, VirtualKey> byHash = new ConcurrentHashMap<>();
    private final Map<String, String> idByName = new ConcurrentHashMap<>();

    /** A key that was made, and its text, which is told once. */
    record Made(VirtualKey key, String text) {}

    /**
     * Opens the keys of a folder.
     *
     * @throws AccessException when they cannot be read, or one has the name or the text of a configured one
     */
    VirtualKeys(Path file, List<VirtualKey> configured, Clock clock) {
        this.clock = clock;
        this.table = Table.open(file);
        configured.forEach(this::learn);
        for (ObjectNode kept : table.all().values()) {
            VirtualKey key;
            try {
                key = KeyForm.fromKept(kept);
            } catch (IllegalArgumentException e) {
                throw new AccessException(
                        "a key in " + file + " is damaged (" + e.getMessage() + "); restore it from a backup", e);
            }
            if (idByName.containsKey(key.name())) {
                throw new AccessException("the name of keys." + key.name() + " has a key in " + file
                        + " too; give one of them another name, or revoke it");
            }
            learn(key);
        }
    }

    private void learn(VirtualKey key) {
        byId.put(key.id(), key);
        idByName.put(key.name(), key.id());
        key.hashes().forEach(hash -> byHash.put(hash.sha256(), key));
    }

    /** A call that looks for the key meanwhile finds one of the two. */
    private void replace(VirtualKey old, VirtualKey fresh) {
        learn(fresh);
        if (!old.name().equals(fresh.name())) {
            idByName.remove(old.name());
        }
        old.hashes().stream()
                .filter(hash -> fresh.hashes().stream()
                        .noneMatch(other -> other.sha256().equals(hash.sha256())))
                .forEach(hash -> byHash.remove(hash.sha256()));
    }

    /** The key with this text, expired and disabled ones too, unless this text of it is no longer taken. */
    Optional<VirtualKey> find(String text) {
        if (byHash.isEmpty()) {
            return Optional.empty();
        }
        String sha256 = sha256(text);
        VirtualKey key = byHash.get(sha256);
        if (key == null) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        return key.hashes().stream()
                .filter(hash -> hash.sha256().equals(sha256))
                .filter(hash -> hash.until() == null || now.isBefore(hash.until()))
                .findFirst()
                .map(_ -> key);
    }

    Optional<VirtualKey> withId(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /** All, in the order of their names. */
    List<VirtualKey> all() {
        return byId.values().stream()
                .sorted(Comparator.comparing(VirtualKey::name))
                .toList();
    }

    /**
     * Makes a key.
     *
     * @throws InvalidFieldsException when the fields do not describe one
     * @throws ConflictException when there is one of its name, or too many
     * @throws AccessException when the disk refuses
     */
    synchronized Made create(Fields fields) {
        fields.noOthersThan(KeyForm.OF_A_KEY);
        String text = newText();
        VirtualKey key =
                checked(fields, KeyForm.read(fields, newId(), clock.instant(), List.of(new Hash(sha256(text), null))));
        requireFree(key.name());
        if (byId.size() >= MAX_KEYS) {
            throw new ConflictException("There are " + MAX_KEYS + " keys, which is the most; revoke some.");
        }
        table.put(key.id(), KeyForm.kept(key));
        learn(key);
        return new Made(key, text);
    }

    /**
     * Changes the fields of a key that are given; fails as {@link #create} does.
     *
     * @return empty when there is no such key
     */
    synchronized Optional<VirtualKey> change(String id, ObjectNode given) {
        VirtualKey old = byId.get(id);
        if (old == null) {
            return Optional.empty();
        }
        requireOurs(old);
        ObjectNode whole = KeyForm.told(old).retain(KeyForm.OF_A_KEY);
        whole.setAll(given);
        Fields fields = new Fields(whole);
        fields.noOthersThan(KeyForm.OF_A_KEY);
        VirtualKey key = checked(fields, KeyForm.read(fields, old.id(), old.createdAt(), old.hashes()));
        if (!key.name().equals(old.name())) {
            requireFree(key.name());
        }
        return Optional.of(keep(old, key));
    }

    /**
     * Gives a key another text; the old one is taken a while longer.
     *
     * @return empty when there is no such key
     */
    synchronized Optional<Made> rotate(String id, Duration overlap) {
        VirtualKey old = byId.get(id);
        if (old == null) {
            return Optional.empty();
        }
        requireOurs(old);
        String text = newText();
        Instant now = clock.instant();
        Instant end = now.plus(overlap);
        List<Hash> hashes = new ArrayList<>(List.of(new Hash(sha256(text), null)));
        for (Hash hash : old.hashes()) {
            Instant until = hash.until() != null && hash.until().isBefore(end) ? hash.until() : end;
            if (until.isAfter(now)) {
                hashes.add(new Hash(hash.sha256(), until));
            }
        }
        return Optional.of(new Made(keep(old, old.withHashes(hashes)), text));
    }

    /** Takes a key away; false when there is no such key. */
    synchronized boolean revoke(String id) {
        VirtualKey key = byId.get(id);
        if (key == null) {
            return false;
        }
        requireOurs(key);
        table.remove(id);
        key.hashes().forEach(hash -> byHash.remove(hash.sha256()));
        idByName.remove(key.name());
        byId.remove(id);
        return true;
    }

    private VirtualKey keep(VirtualKey old, VirtualKey fresh) {
        table.put(fresh.id(), KeyForm.kept(fresh));
        replace(old, fresh);
        return fresh;
    }

    private static VirtualKey checked(Fields fields, @Nullable VirtualKey key) {
        fields.check();
        if (key == null) {
            throw new IllegalStateException("a key that is null has a problem");
        }
        return key;
    }

    private void requireFree(String name) {
        if (idByName.containsKey(name)) {
            throw new ConflictException("There is a key of this name already.");
        }
    }

    private static void requireOurs(VirtualKey key) {
        if (key.configured()) {
            throw new ConflictException("This key comes from the configuration, under keys: change it there.");
        }
    }

    private String newText() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return PREFIX + HexFormat.of().formatHex(bytes);
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        return Stream.generate(() -> {
                    random.nextBytes(bytes);
                    return "key_" + HexFormat.of().formatHex(bytes);
                })
                .filter(id -> !byId.containsKey(id))
                .findFirst()
                .orElseThrow();
    }

    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() {
        table.close();
    }
}
