/**
 * What the server shows its clients over TLS: a certificate and its key, read from files, checked, and read again when they
 * change.
 *
 * <p>Imports no other package of the server. Files are read on worker threads, once the server runs.
 */
@NullMarked
package io.reprise.server.tls;

import org.jspecify.annotations.NullMarked;
