/**
 * The dashboard: its files, and who is logged in. What it shows it asks of the same routes that programs ask.
 *
 * <p>Handlers run on virtual threads. Imports {@code protocol} and {@code reply}; knows Vert.x Web.
 */
@NullMarked
package io.reprise.server.http.ui;

import org.jspecify.annotations.NullMarked;
