package io.reprise.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.reprise.server.config.ServerConfig;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands first on a client's connection: closes it when the head of a request takes too long, and has HTTP/1 read by a
 * {@link StrictDecoder}. Confined to the connection's event loop.
 *
 * <p>Which version a client speaks shows in its first bytes, and Vert.x puts its decoder there only then. So the first
 * bytes go on one by one, until there is a decoder, which has not seen a whole line yet, to be replaced.
 */
final class Doorkeeper extends ChannelInboundHandlerAdapter {
    private final ServerConfig.Limits limits;
    private @Nullable Future<?> deadline;
    private boolean versionKnown;

    Doorkeeper(ServerConfig.Limits limits) {
        this.limits = limits;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        headBegins(context);
        context.fireChannelActive();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        headCame();
        context.fireChannelInactive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (versionKnown || !(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            while (!versionKnown && bytes.isReadable()) {
                context.fireChannelRead(bytes.readRetainedSlice(1));
                versionKnown = knowsVersion(context);
            }
            if (bytes.isReadable()) {
                context.fireChannelRead(bytes.retain());
            }
        } finally {
            bytes.release();
        }
    }

    private boolean knowsVersion(ChannelHandlerContext context) {
        ChannelHandlerContext decoder = context.pipeline().context(HttpRequestDecoder.class);
        if (decoder != null) {
            var options = new HttpServerOptions()
                    .setMaxHeaderSize(limits.headerBytes())
                    .setMaxInitialLineLength(limits.headerBytes());
            context.pipeline().replace(decoder.handler(), decoder.name(), new StrictDecoder(options, this, context));
            return true;
        }
        if (context.pipeline().get(Http2ConnectionHandler.class) != null) {
            headCame();
            return true;
        }
        return false;
    }

    /** Starts the time that a head has, unless it runs already. */
    void headBegins(ChannelHandlerContext context) {
        if (deadline == null) {
            deadline = context.executor()
                    .schedule(
                            () -> {
                                var unused = context.close();
                            },
                            limits.connections().headTimeout().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    void headCame() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }
}
