package io.reprise.server.cli;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What {@code reprise prices check} was asked for.
 *
 * @param url of the server whose calls are meant, without a path's last slash; null for those of the data folder
 * @param token the administrator's, or null
 * @param json whether the answer is an object of JSON instead of lines
 */
public record PriceCheckOrder(@Nullable URI url, @Nullable String token, boolean json) {}
