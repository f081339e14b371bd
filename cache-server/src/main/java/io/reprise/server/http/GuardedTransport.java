package io.reprise.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.reprise.server.config.ServerConfig;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.transport.Transport;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vert.x's plain transport, with a {@link Doorkeeper} on every connection that is accepted and a limit on how many
 * there are.
 *
 * <p>It stands here, because Vert.x tells of a connection only when the head of its first request has come: the
 * connections that never send one are those that must be bounded. Thread-safe.
 */
public final class GuardedTransport implements Transport {
    private static final Logger log = LoggerFactory.getLogger(GuardedTransport.class);

    private final io.vertx.core.spi.transport.Transport plain = NIO.implementation();
    private final ServerConfig.Limits limits;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicBoolean full = new AtomicBoolean();

    public GuardedTransport(ServerConfig.Limits limits) {
        this.limits = limits;
    }

    @Override
    public String name() {
        return "guarded-nio";
    }

    @Override
    public boolean available() {
        return true;
    }

    @Override
    public Throwable unavailabilityCause() {
        throw new IllegalStateException("it is available on every platform");
    }

    @Override
    public io.vertx.core.spi.transport.Transport implementation() {
        return new Guarded();
    }

    private boolean admit() {
        if (open.incrementAndGet() <= limits.connections().max()) {
            full.set(false);
            return true;
        }
        open.decrementAndGet();
        if (!full.getAndSet(true)) {
            log.warn(
                    "{} connections are open, as many as limits.connections allows: new ones are closed",
                    limits.connections().max());
        }
        return false;
    }

    private final class Guarded implements io.vertx.core.spi.transport.Transport {
        @Override
        public boolean supportsDomainSockets() {
            return plain.supportsDomainSockets();
        }

        @Override
        public java.net.SocketAddress convert(SocketAddress address) {
            return plain.convert(address);
        }

        @Override
        public SocketAddress convert(java.net.SocketAddress address) {
            return plain.convert(address);
        }

        @Override
        public IoHandlerFactory ioHandlerFactory() {
            return plain.ioHandlerFactory();
        }

        @Override
        public DatagramChannel datagramChannel() {
            return plain.datagramChannel();
        }

        @Override
        @SuppressWarnings("deprecation") // As the interface has it.
        public DatagramChannel datagramChannel(InternetProtocolFamily family) {
            return plain.datagramChannel(family);
        }

        @Override
        public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
            return plain.channelFactory(domainSocket);
        }

        @Override
        public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
            return domainSocket ? plain.serverChannelFactory(true) : Listener::new;
        }
    }

    /** Accepts connections as long as there is room for them. */
    private final class Listener extends NioServerSocketChannel {
        @Override
        protected int doReadMessages(List<Object> accepted) throws Exception {
            int before = accepted.size();
            int count = super.doReadMessages(accepted);
            for (int i = accepted.size() - 1; i >= before; i--) {
                Channel connection = (Channel) accepted.get(i);
                if (admit()) {
                    connection.closeFuture().addListener(closed -> open.decrementAndGet());
                    connection.pipeline().addFirst(new Doorkeeper(limits));
                } else {
                    accepted.remove(i);
                    connection.unsafe().closeForcibly();
                }
            }
            return count;
        }
    }
}
