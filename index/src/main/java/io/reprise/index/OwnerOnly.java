package io.reprise.index;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Files and folders that only their owner may read: they hold prompts, answers and keys. Where the file system knows no
 * such thing, as
 * on Windows, they are what their folder makes them.
 */
public final class OwnerOnly {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /** Creates a folder and those above it, where they are not there; of those, only this one is closed to others. */
    public static Path createFolder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        return Files.createDirectories(folder, attributes(folder, FOLDER));
    }

    /** Opens a file for writing that must not exist yet. */
    public static FileChannel create(Path file) throws IOException {
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes(file, FILE));
    }

    /** Opens a file for writing that is empty then, whether it was there or not. */
    public static FileChannel replace(Path file) throws IOException {
        Files.deleteIfExists(file);
        return create(file);
    }

    /** Closes a file to others that somebody else's code has made; one that has gone meanwhile is left alone. */
    static void close(Path file) throws IOException {
        if (isPosix(file)) {
            try {
                Files.setPosixFilePermissions(file, FILE);
            } catch (NoSuchFileException e) {
                // Nobody can read it any more.
                return;
            }
        }
    }

    /**
     * Closes a folder and what is in it to others.
     *
     * @param ours by their name, which of the things directly in it to close, with all below
     * @return how many had been open
     */
    public static int tighten(Path folder, Predicate<String> ours) throws IOException {
        if (!isPosix(folder)) {
            return 0;
        }
        var visitor = new Tightening(folder, ours);
        Files.walkFileTree(folder, visitor);
        return visitor.tightened;
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        return isPosix(path)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    /** Links are left alone: what they lead to is somebody else's. */
    private static final class Tightening extends SimpleFileVisitor<Path> {
        private final Path top;
        private final Predicate<String> ours;
        private int tightened;

        Tightening(Path top, Predicate<String> ours) {
            this.top = top;
            this.ours = ours;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
            if (folder.getParent() != null && folder.getParent().equals(top) && !isOurs(folder)) {
                return FileVisitResult.SKIP_SUBTREE;
            }
            tighten(folder, FOLDER);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            boolean direct = top.equals(file.getParent());
            if (attributes.isRegularFile() && (!direct || isOurs(file))) {
                tighten(file, FILE);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        private boolean isOurs(Path path) {
            return ours.test(String.valueOf(path.getFileName()));
        }

        private void tighten(Path path, Set<PosixFilePermission> permissions) throws IOException {
            try {
                if (!permissions.containsAll(Files.getPosixFilePermissions(path))) {
                    Files.setPosixFilePermissions(path, permissions);
                    tightened++;
                }
            } catch (NoSuchFileException e) {
                // A running index removes files.
                return;
            }
        }
    }
}
