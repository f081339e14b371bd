package io.reprise.server.testupstream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test upstream of its own for each test, and a client of it. */
abstract class OverTheWire {
    TestUpstream upstream;
    WireClient client;

    @BeforeEach
    void start() {
        upstream = TestUpstream.start(options());
        client = new WireClient(upstream.url());
    }

    @AfterEach
    void stop() {
        client.close();
        upstream.close();
    }

    UpstreamOptions options() {
        return UpstreamOptions.defaults();
    }
}
