package io.reprise.server.gateway;

import io.reprise.server.protocol.WireFormat;
import io.reprise.server.reply.WireErrors;
import io.reprise.server.upstream.Provider;

/**
 * A wire that is served in a provider's stead.
 *
 * @param format reads and renders it
 * @param provider who answers what the cache does not
 * @param errors its shape of errors
 */
public record DropIn(WireFormat format, Provider provider, WireErrors errors) {}
