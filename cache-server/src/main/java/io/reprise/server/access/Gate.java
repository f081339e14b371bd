package io.reprise.server.access;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.server.protocol.Usage;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Says which calls may be made, and what each may spend. Thread-safe; may be asked on an event loop, and so never waits; never throws.
 *
 * <p>Of each call it is asked at most twice: {@link #admit} before it is looked up, since a hit too is for those alone who may call, and
 * {@link #reserve} before it goes upstream, since only there money is spent. Every {@link Admitted} is told once that its call has ended,
 * and every {@link Reservation} is settled once, whatever becomes of the call.
 */
public interface Gate {
    /** Lets every call through, as it is. */
    Gate OPEN = new Gate() {
        @Override
        public Admission admit(Ask ask) {
            return Admitted.AS_IT_IS;
        }

        @Override
        public Reserving reserve(Ask ask) {
            return Reservation.NONE;
        }
    };

    /** Whether a call may be made. */
    Admission admit(Ask ask);

    /**
     * Sets aside what a call may spend upstream. Asked after {@link #admit}, with the model and the bound of the answer that came of it;
     * not for a call that the cache or an equal call answers.
     */
    Reserving reserve(Ask ask);

    /** Whether a caller's key may be used for a model; for calls of the cache's own on its behalf. */
    default boolean maySpendOn(Caller caller, String model) {
        return true;
    }

    /**
     * What is asked for.
     *
     * @param caller who asks, and pays
     * @param endpoint the route, such as {@code /v1/chat/completions}; never with ids or a query
     * @param model the model asked for, or null where it is not known
     * @param inputTokens counts what is sent, at least 0, when it is asked; takes time that grows with the body, so only to be asked
     *     where the number decides. 0 where the body is not known
     * @param maxOutputTokens the most the answer may have as the call itself bounds it, or null where it does not
     * @param body the request's body, not to be modified, or null where it is not read: such a call goes as it came or not at all, and
     *     is refused where it is admitted with a change
     */
    record Ask(
            Caller caller,
            String endpoint,
            @Nullable String model,
            LongSupplier inputTokens,
            @Nullable Long maxOutputTokens,
            @Nullable ObjectNode body) {}

    /** Whether a call may be made. */
    sealed interface Admission permits Admitted, Refused {}

    /** What may be spent on a call. */
    sealed interface Reserving permits Reservation, Refused {}

    /**
     * A call may be made.
     *
     * @param model the model that it is made of in place of the one asked for, or null for that one
     * @param maxOutputTokens the most its answer may have, 1 or more, or null where nothing more is said than in the call
     * @param headers of the answer, by lower-case name
     * @param ended told once, on any thread, when the call has ended
     */
    record Admitted(@Nullable String model, @Nullable Long maxOutputTokens, Map<String, String> headers, Runnable ended)
            implements Admission {
        /** Changes nothing of the call. */
        public static final Admitted AS_IT_IS = new Admitted(null, null, Map.of(), () -> {});

        public Admitted {
            headers = Map.copyOf(headers);
        }
    }

    /** What is set aside for a call until it is known what it has spent. */
    non-sealed interface Reservation extends Reserving {
        /** Nothing is set aside, and nobody is told. */
        Reservation NONE = (used, picoDollars) -> {};

        /**
         * The call has ended. Called once, on any thread.
         *
         * @param used what was used upstream, or null when nothing was
         * @param picoDollars what that cost, 0 when nothing was used; empty where its price is not known
         */
        void settle(@Nullable Usage used, OptionalLong picoDollars);
    }

    /**
     * A call may not be made, or not go upstream.
     *
     * @param status of the answer, such as 401 or 429
     * @param code what it is called in the error's {@code type} and {@code code}, such as {@code budget_exceeded}
     * @param message what is wrong and what is allowed
     * @param retryAfterSeconds when it may be sent again, or null where waiting does not help or nothing is known
     * @param shouldRetry false tells the providers' clients, which send a 429 again by themselves, not to ({@code x-should-retry})
     */
    record Refused(
            int status,
            String code,
            String message,
            @Nullable Long retryAfterSeconds,
            boolean shouldRetry) implements Admission, Reserving {}
}
