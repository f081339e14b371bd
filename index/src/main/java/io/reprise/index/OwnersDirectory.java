package io.reprise.index;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.FilterDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/** Lucene's folder, with files that only their owner may read. */
final class OwnersDirectory extends FilterDirectory {
    private final Path folder;

    private OwnersDirectory(FSDirectory directory) {
        super(directory);
        folder = directory.getDirectory();
    }

    static OwnersDirectory open(Path folder) throws IOException {
        return new OwnersDirectory(FSDirectory.open(folder));
    }

    @Override
    public IndexOutput createOutput(String name, IOContext context) throws IOException {
        return closed(super.createOutput(name, context));
    }

    @Override
    public IndexOutput createTempOutput(String prefix, String suffix, IOContext context) throws IOException {
        return closed(super.createTempOutput(prefix, suffix, context));
    }

    private IndexOutput closed(IndexOutput output) throws IOException {
        OwnerOnly.close(folder.resolve(output.getName()));
        return output;
    }
}
