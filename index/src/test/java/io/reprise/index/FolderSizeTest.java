package io.reprise.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderSizeTest {
    @TempDir
    private Path folder;

    @Test
    void files_areAddedUpAtEveryDepth() throws IOException {
        Files.write(folder.resolve("a"), new byte[10]);
        Files.createDirectories(folder.resolve("b/c"));
        Files.write(folder.resolve("b/c/d"), new byte[7]);
        assertEquals(17, FolderSize.of(folder));
    }

    @Test
    void fileThatVanishes_countsNothing() throws IOException {
        assertEquals(
                FileVisitResult.CONTINUE,
                new FolderSize().visitFileFailed(folder.resolve("gone"), new NoSuchFileException("gone")));
    }

    @Test
    void fileThatMayNotBeRead_isAFailure() {
        assertThrows(AccessDeniedException.class, () -> new FolderSize()
                .visitFileFailed(folder.resolve("x"), new AccessDeniedException("x")));
    }
}
