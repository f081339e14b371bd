package io.reprise.benchmarks.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Sends HTTP/1.1 requests over connections that are kept, one at a time on each, from a single thread: the next goes out when the
 * answer is complete (a closed loop). Requests are bytes made beforehand and answers are only framed and sorted by outcome, so that
 * this takes as little as can be of the cores it shares with the server.
 */
final class LoadGenerator implements AutoCloseable {
    private static final Duration STALLED = Duration.ofSeconds(20);

    private final Selector selector;
    private final List<Connection> connections = new ArrayList<>();

    /**
     * What one round saw.
     *
     * @param nanos time of each answer, in the order in which they came
     * @param outcomes outcome of each, as {@link AnswerReader#outcome} says it
     */
    record Round(long[] nanos, List<String> outcomes, long elapsedNanos) {
        double requestsPerSecond() {
            return nanos.length * 1e9 / elapsedNanos;
        }

        /** Times of the answers of one outcome. */
        long[] nanosOf(String outcome) {
            return IntStream.range(0, nanos.length)
                    .filter(i -> outcomes.get(i).equals(outcome))
                    .mapToLong(i -> nanos[i])
                    .toArray();
        }

        /**
         * This round, if nearly all of it went as meant.
         *
         * @throws IllegalStateException when less than this share of the answers is of the outcome
         */
        Round requireMostly(String outcome, double share) {
            long as = outcomes.stream().filter(outcome::equals).count();
            if (as < share * nanos.length) {
                throw new IllegalStateException("expected answers of outcome '" + outcome + "', got " + as + " of "
                        + nanos.length + ", and also " + Set.copyOf(outcomes));
            }
            return this;
        }
    }

    /** Connects to a port of this machine. */
    LoadGenerator(int port, int count) {
        try {
            selector = Selector.open();
            for (int i = 0; i < count; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
                var connection = new Connection(channel, key);
                key.attach(connection);
                connections.add(connection);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot connect to port " + port, e);
        }
    }

    /** Sends as many requests as the supplier's answers allow within a time. */
    Round during(Duration time, Supplier<byte[]> requests) {
        return run(requests, Long.MAX_VALUE, time.toNanos());
    }

    /** Sends a number of requests. */
    Round count(int requests, Supplier<byte[]> source) {
        return run(source, requests, Long.MAX_VALUE);
    }

    @Override
    public void close() {
        try {
            for (Connection connection : connections) {
                connection.channel.close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Round run(Supplier<byte[]> requests, long limit, long forNanos) {
        LongStream.Builder nanos = LongStream.builder();
        List<String> outcomes = new ArrayList<>();
        long start = System.nanoTime();
        long sent = 0;
        int waiting = 0;
        try {
            for (Connection connection : connections) {
                if (sent < limit) {
                    connection.send(requests.get());
                    sent++;
                    waiting++;
                }
            }
            while (waiting > 0) {
                if (selector.select(STALLED.toMillis()) == 0) {
                    throw new IllegalStateException("no answer within " + STALLED);
                }
                for (SelectionKey key : selector.selectedKeys()) {
                    var connection = (Connection) key.attachment();
                    if (connection.ready()) {
                        long now = System.nanoTime();
                        nanos.add(now - connection.sentAt);
                        outcomes.add(connection.answer.outcome());
                        waiting--;
                        if (sent < limit && now - start < forNanos) {
                            connection.send(requests.get());
                            sent++;
                            waiting++;
                        }
                    }
                }
                selector.selectedKeys().clear();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the connection broke", e);
        }
        return new Round(nanos.build().toArray(), outcomes, System.nanoTime() - start);
    }

    /** One connection with at most one request under way. */
    private static final class Connection {
        private final SocketChannel channel;
        private final SelectionKey key;
        private final AnswerReader answer = new AnswerReader();
        private ByteBuffer unsent = ByteBuffer.allocate(0);
        private long sentAt;

        Connection(SocketChannel channel, SelectionKey key) {
            this.channel = channel;
            this.key = key;
        }

        void send(byte[] request) throws IOException {
            unsent = ByteBuffer.wrap(request);
            answer.reset();
            sentAt = System.nanoTime();
            write();
        }

        /** Goes on with what the socket is ready for; true when the answer is complete. */
        boolean ready() throws IOException {
            if (key.isWritable()) {
                write();
            }
            return key.isReadable() && answer.readFrom(channel);
        }

        private void write() throws IOException {
            channel.write(unsent);
            key.interestOps(
                    unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        }
    }
}
