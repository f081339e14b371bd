package io.reprise.benchmarks.churn;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * What a data folder has on the disk.
 *
 * @param segments of Lucene's index
 */
record FolderFiles(long bytes, int files, int segments) {
    private static final String SEGMENT = ".si";

    static FolderFiles of(Path folder) {
        var counter = new Counter();
        try {
            Files.walkFileTree(folder, counter);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
        return new FolderFiles(counter.bytes, counter.files, counter.segments);
    }

    private static final class Counter extends SimpleFileVisitor<Path> {
        private long bytes;
        private int files;
        private int segments;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.size();
            files++;
            segments += file.toString().endsWith(SEGMENT) ? 1 : 0;
            return FileVisitResult.CONTINUE;
        }

        /** One that a merge has deleted meanwhile. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
        }
    }
}
