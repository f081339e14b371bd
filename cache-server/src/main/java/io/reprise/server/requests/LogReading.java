package io.reprise.server.requests;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * A question to the log.
 *
 * @param <T> its answer
 */
public interface LogReading<T> {
    /** Asks it, on the log's reading thread, with a connection that cannot write. */
    T of(Connection connection) throws SQLException;
}
