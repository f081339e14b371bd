package io.reprise.server.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What {@code reprise export} or {@code reprise import} was asked for.
 *
 * @param file a path, or {@link #STANDARD} for standard output or input
 * @param url of the server, without a path's last slash
 * @param token the administrator's, or null
 * @param key of the caller whose entries are meant, or null
 * @param namespace filter of an export, default of an import's questions; or null
 * @param model as {@code namespace}
 * @param tag filter of an export, or null
 * @param after id after which an export begins, or null
 * @param vectors whether an export has vectors
 * @param strict whether an import stops at the first line that fails
 */
record TransferOrder(
        String file,
        URI url,
        @Nullable String token,
        @Nullable String key,
        @Nullable String namespace,
        @Nullable String model,
        @Nullable String tag,
        @Nullable String after,
        boolean vectors,
        boolean strict) {
    static final String STANDARD = "-";
}
