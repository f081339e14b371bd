package io.reprise.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/**
 * What a data folder has on the disk.
 *
 * @param segments of Lucene's index
 * @param storedFieldBytes of the index's stored fields, which are the completions, compressed, with their owners, models and tags
 */
public record FolderFiles(long bytes, int files, int segments, long storedFieldBytes) {
    private static final String SEGMENT = ".si";
    private static final Set<String> STORED_FIELDS = Set.of("fdt", "fdx", "fdm");

    /** What a folder holds now, with all below it. */
    public static FolderFiles of(Path folder) {
        var counter = new Counter();
        try {
            Files.walkFileTree(folder, counter);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        return new FolderFiles(counter.bytes, counter.files, counter.segments, counter.storedFieldBytes);
    }

    private static final class Counter extends SimpleFileVisitor<Path> {
        private long bytes;
        private int files;
        private int segments;
        private long storedFieldBytes;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.size();
            files++;
            String name = file.getFileName().toString();
            segments += name.endsWith(SEGMENT) ? 1 : 0;
            storedFieldBytes +=
                    STORED_FIELDS.contains(name.substring(name.lastIndexOf('.') + 1)) ? attributes.size() : 0;
            return FileVisitResult.CONTINUE;
        }

        /** One that a merge has deleted meanwhile. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }
    }
}
