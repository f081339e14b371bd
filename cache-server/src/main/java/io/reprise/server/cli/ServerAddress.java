package io.reprise.server.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A running server, as a command reaches it.
 *
 * @param url without a path's last slash
 * @param token the administrator's, or null
 */
record ServerAddress(URI url, @Nullable String token) {}
