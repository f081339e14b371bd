package io.reprise.server.http;

import io.reprise.server.config.ServerConfig;
import io.reprise.server.reply.Problem;
import java.util.HashMap;
import java.util.Map;

/** Memory of the bodies of requests under way, of all callers and of each. Thread-safe. */
final class BodyMemory {
    private final long limit;
    private final long callerLimit;
    private final Map<String, Long> heldByCaller = new HashMap<>();
    private long held;

    BodyMemory(ServerConfig.Bodies limits) {
        limit = limits.memoryBytes();
        callerLimit = limits.callerMemoryBytes();
    }

    /** What one request holds, until it is closed. */
    final class Share implements AutoCloseable {
        private final String caller;
        private long mine;

        private Share(String caller) {
            this.caller = caller;
        }

        /**
         * Takes some more; a request that is the only one may take what it needs.
         *
         * @throws Problem when there is no room
         */
        void take(long bytes) {
            synchronized (BodyMemory.this) {
                long callers = heldByCaller.getOrDefault(caller, 0L);
                if (callers > mine && callers + bytes > callerLimit) {
                    throw Problem.noRoom(true);
                }
                if (held > mine && held + bytes > limit) {
                    throw Problem.noRoom(false);
                }
                heldByCaller.put(caller, callers + bytes);
                held += bytes;
                mine += bytes;
            }
        }

        @Override
        public void close() {
            synchronized (BodyMemory.this) {
                long left = heldByCaller.getOrDefault(caller, 0L) - mine;
                if (left <= 0) {
                    heldByCaller.remove(caller);
                } else {
                    heldByCaller.put(caller, left);
                }
                held -= mine;
                mine = 0;
            }
        }
    }

    Share share(String caller) {
        return new Share(caller);
    }
}
