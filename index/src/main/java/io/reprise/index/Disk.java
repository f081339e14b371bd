package io.reprise.index;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;

/**
 * How an index reaches its files: where tests make a disk fail.
 *
 * @param journalFiles creates the journal's files
 * @param luceneFiles opens Lucene's folder
 */
record Disk(AppendFile.Opener journalFiles, DirectoryOpener luceneFiles) {

    @FunctionalInterface
    interface DirectoryOpener {
        Directory open(Path folder) throws IOException;
    }

    static Disk real() {
        return new Disk(AppendFile::onDisk, OwnersDirectory::open);
    }
}
