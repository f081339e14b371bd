package io.reprise.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import java.util.List;

/**
 * Reads HTTP/1 as Vert.x does, but refuses bodies that two readers could frame in two ways (RFC 9112, section 6.1), by
 * which one request may be smuggled in another: a transfer coding other than {@code chunked} alone, one in HTTP/1.0,
 * one beside a length.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {
    private final Doorkeeper doorkeeper;
    private final ChannelHandlerContext door;
    private boolean inMessage;

    StrictDecoder(HttpServerOptions options, Doorkeeper doorkeeper, ChannelHandlerContext door) {
        super(options);
        this.doorkeeper = doorkeeper;
        this.door = door;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (!inMessage) {
            doorkeeper.headBegins(door);
        }
        int before = out.size();
        super.decode(context, in, out);
        for (Object part : out.subList(before, out.size())) {
            if (part instanceof HttpRequest) {
                doorkeeper.headCame();
                inMessage = true;
            }
            if (part instanceof LastHttpContent) {
                inMessage = false;
            }
        }
    }

    /**
     * The decoder asks it when it has read the head and not yet decided where the body ends; what is thrown makes the
     * request invalid.
     */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage head) {
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()
                && (codings.size() > 1
                        || !codings.getFirst().strip().equalsIgnoreCase("chunked")
                        || !head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                        || head.headers().contains(HttpHeaderNames.CONTENT_LENGTH))) {
            throw new IllegalArgumentException(
                    "transfer-encoding must be chunked alone, in HTTP/1.1, without a length");
        }
        return super.isContentAlwaysEmpty(head);
    }
}
