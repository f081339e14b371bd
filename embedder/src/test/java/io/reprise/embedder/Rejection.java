package io.reprise.embedder;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Objects;
import org.junit.jupiter.api.function.Executable;

/** What a call that must fail says. */
final class Rejection {
    private Rejection() {}

    static String message(Class<? extends Exception> type, Executable call) {
        return Objects.requireNonNull(assertThrows(type, call).getMessage(), "the exception has a message");
    }
}
