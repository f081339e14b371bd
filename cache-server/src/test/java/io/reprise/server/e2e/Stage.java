package io.reprise.server.e2e;

import io.reprise.server.testupstream.Scenario;
import io.reprise.server.testupstream.SdkClient;
import io.reprise.server.testupstream.TestUpstream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A server, its upstream and callers of both, for the tests of one class. Before each test the upstream works again and has
 * forgotten what it was asked, and {@link #caller()} and {@link #key()} are new.
 *
 * <p>All classes that need nothing special share one server and one upstream. Tests run one after the other.
 */
final class Stage implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(Stage.class);
    private static final AtomicInteger KEYS = new AtomicInteger();

    private final @Nullable Clock clock;
    private final List<String> settings;
    private @Nullable Props props;
    private @Nullable SdkClient sdk;
    private @Nullable SdkClient direct;
    private String key = "";

    private Stage(@Nullable Clock clock, List<String> settings) {
        this.clock = clock;
        this.settings = settings;
    }

    /** With the server that all share: defaults but for the port and the upstream. */
    static Stage shared() {
        return new Stage(null, List.of());
    }

    /** With a server of its own; {@code {upstream}} in a setting stands for the upstream's URL. */
    static Stage with(String... settings) {
        return new Stage(Clock.systemUTC(), List.of(settings));
    }

    /** With a server of its own that takes its time from this clock. */
    static Stage at(Clock clock, String... settings) {
        return new Stage(clock, List.of(settings));
    }

    TestUpstream upstream() {
        return props().upstream;
    }

    RunningServer server() {
        return props().server;
    }

    /** This test's API key. */
    String key() {
        return key;
    }

    /** Asks the server with this test's key. */
    WireCaller caller() {
        return anonymous().with("authorization", "Bearer " + key);
    }

    /** Asks the server without a credential. */
    WireCaller anonymous() {
        return new WireCaller(props().http, server().url());
    }

    /** Asks the server without a credential, as the administrator whose token it has made. */
    WireCaller administrator() {
        try {
            return anonymous()
                    .with(
                            "x-reprise-admin",
                            Files.readString(data().resolve("admin.token")).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server's data folder. */
    Path data() {
        return props().data;
    }

    /** As {@link #caller()}, but asks upstream itself. */
    WireCaller directCaller() {
        return caller().at(upstream().url());
    }

    /** The official SDK, pointed at the server. */
    SdkClient sdk() {
        if (sdk == null) {
            sdk = new SdkClient(server().baseUrl(), key);
        }
        return sdk;
    }

    /** The official SDK, pointed at upstream itself. */
    SdkClient directSdk() {
        if (direct == null) {
            direct = new SdkClient(upstream().baseUrl(), key);
        }
        return direct;
    }

    /** How many whole requests upstream has received in this test. */
    int upstreamCalls() {
        return upstream().log().counts().received();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        if (clock != null) {
            props = new Props(clock, settings);
        } else {
            props = context.getRoot()
                    .getStore(NAMESPACE)
                    .computeIfAbsent("shared", absent -> new Props(Clock.systemUTC(), settings), Props.class);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        key = "sk-e2e-" + KEYS.incrementAndGet();
        upstream().answer(Scenario.provider());
        upstream().log().clear();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (sdk != null) {
            sdk.close();
            sdk = null;
        }
        if (direct != null) {
            direct.close();
            direct = null;
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (clock != null) {
            props().close();
        }
    }

    private Props props() {
        if (props == null) {
            throw new IllegalStateException("only within tests");
        }
        return props;
    }

    /** What stands on a stage. */
    private static final class Props implements AutoCloseable {
        private final Path data;
        private final TestUpstream upstream;
        private final RunningServer server;
        private final HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

        Props(Clock clock, List<String> settings) {
            try {
                data = Files.createTempDirectory("reprise-e2e-");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            upstream = TestUpstream.start();
            String[] here = settings.stream()
                    .map(setting -> setting.replace("{upstream}", upstream.url()))
                    .toArray(String[]::new);
            server = RunningServer.start(data, upstream.url(), clock, here);
        }

        @Override
        public void close() {
            http.shutdownNow();
            server.close();
            upstream.close();
            try (Stream<Path> files = Files.walk(data)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
