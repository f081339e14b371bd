package io.reprise.server.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A Chromium without a window and one page in it, driven by the Chrome DevTools Protocol. For one thread. */
final class Browser implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String PORT_FILE = "DevToolsActivePort";

    private final Process process;
    private final Path profile;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger number = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> awaited = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Browser(Process process, Path profile) {
        this.process = process;
        this.profile = profile;
        int port = port();
        this.socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(newPage(port)), new Messages())
                .join();
        for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
            command(domain + ".enable", JSON.createObjectNode());
        }
    }

    /** The program, where there is one. */
    static Optional<Path> program() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static Browser open(Path program) {
        try {
            Path profile = Files.createTempDirectory("reprise-browser-");
            Process process = new ProcessBuilder(
                            program.toString(),
                            "--headless=new",
                            "--remote-debugging-port=0",
                            "--user-data-dir=" + profile,
                            "--no-sandbox",
                            "--no-first-run",
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            "--disable-extensions",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--hide-scrollbars",
                            "about:blank")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Browser(process, profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Loads a page, and waits until this holds on it. */
    void load(String url, String condition) {
        command("Page.navigate", object().put("url", url));
        await(condition);
    }

    /** Waits until an expression of the page is true. */
    void await(String condition) {
        // A page that is being left takes its answers along; the next one is asked anew.
        long end = System.nanoTime() + PATIENCE.toNanos();
        String polling = "new Promise(done => { const look = () => { let holds = false; try { holds = (" + condition
                + "); } catch (e) {} if (holds) done(true); else setTimeout(look, 30); }; look(); })";
        while (System.nanoTime() < end) {
            try {
                if (evaluate(polling).asBoolean()) {
                    return;
                }
            } catch (IllegalStateException leftMeanwhile) {
                // Asked again.
            }
        }
        throw new AssertionError("not in time: " + condition + "\non " + text() + "\n" + complaints);
    }

    /** The value of an expression, or of its promise. */
    JsonNode evaluate(String expression) {
        JsonNode result = command(
                "Runtime.evaluate",
                object().put("expression", expression).put("awaitPromise", true).put("returnByValue", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.path("exceptionDetails"));
        }
        return result.path("result").path("value");
    }

    /** Everything that can be read on the page. */
    String text() {
        return evaluate("document.body ? document.body.innerText : ''").asText();
    }

    /** Presses the first element of this selector whose text has this in it. */
    void press(String selector, String text) {
        String found = "[...document.querySelectorAll(" + quoted(selector) + ")].find(e => e.textContent.includes("
                + quoted(text) + ") && !e.hidden)";
        await(found);
        evaluate(found + ".click()");
    }

    void type(String selector, String text) {
        evaluate("(() => { const e = document.querySelector(" + quoted(selector) + "); e.focus(); e.value = "
                + quoted(text) + "; e.dispatchEvent(new Event('input', {bubbles: true}));"
                + " e.dispatchEvent(new Event('change', {bubbles: true})); })()");
    }

    /** Presses a key as a person does. */
    void key(String name) {
        for (String type : List.of("keyDown", "keyUp")) {
            ObjectNode event = object().put("type", type).put("key", name).put("code", name);
            if (name.equals("Enter")) {
                event.put("text", "\r").put("windowsVirtualKeyCode", 13);
            } else if (name.equals("Tab")) {
                event.put("windowsVirtualKeyCode", 9);
            }
            command("Input.dispatchKeyEvent", event);
        }
    }

    void size(int width, int height, double scale) {
        command(
                "Emulation.setDeviceMetricsOverride",
                object().put("width", width)
                        .put("height", height)
                        .put("deviceScaleFactor", scale)
                        .put("mobile", width < 600));
    }

    /** What the system says it wants. */
    void prefers(String theme) {
        ObjectNode media = object();
        media.putArray("features")
                .addObject()
                .put("name", "prefers-color-scheme")
                .put("value", theme);
        command("Emulation.setEmulatedMedia", media);
    }

    void screenshot(Path file) {
        try {
            byte[] png = Base64.getDecoder()
                    .decode(command("Page.captureScreenshot", object().put("format", "png"))
                            .path("data")
                            .asText());
            Files.write(file, png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the page threw or complained of, but for answers that it expects. */
    List<String> complaints() {
        return new ArrayList<>(complaints);
    }

    private JsonNode command(String method, ObjectNode parameters) {
        int id = number.incrementAndGet();
        var answer = new CompletableFuture<JsonNode>();
        awaited.put(id, answer);
        ObjectNode message = object().put("id", id).put("method", method);
        message.set("params", parameters);
        socket.sendText(message.toString(), true).join();
        try {
            JsonNode got = answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (got.has("error")) {
                throw new IllegalStateException(method + ": " + got.path("error"));
            }
            return got.path("result");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(method, e);
        }
    }

    private void event(JsonNode event) {
        JsonNode told = event.path("params");
        switch (event.path("method").asText()) {
            case "Runtime.exceptionThrown" -> complaints.add("thrown: " + told.path("exceptionDetails"));
            case "Runtime.consoleAPICalled" -> {
                if (told.path("type").asText().equals("error")) {
                    complaints.add("console: " + told.path("args"));
                }
            }
            case "Log.entryAdded" -> {
                JsonNode entry = told.path("entry");
                if (entry.path("level").asText().equals("error")) {
                    complaints.add(entry.path("source").asText() + ": "
                            + entry.path("text").asText() + " "
                            + entry.path("url").asText());
                }
            }
            case "Network.requestWillBeSent" -> {
                String url = told.path("request").path("url").asText();
                if (!url.startsWith("http://127.0.0.1:") && !url.matches("(about|data):.*")) {
                    complaints.add("asked elsewhere: " + url);
                }
            }
            default -> {}
        }
    }

    private int port() {
        Path file = profile.resolve(PORT_FILE);
        int[] port = new int[1];
        Eventually.await(PATIENCE, () -> {
            try {
                List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
                if (lines.size() >= 2) {
                    port[0] = Integer.parseInt(lines.getFirst());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return port[0] != 0;
        });
        return port[0];
    }

    private String newPage(int port) {
        try {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
                    .PUT(BodyPublishers.noBody())
                    .build();
            return JSON.readTree(http.send(request, BodyHandlers.ofString()).body())
                    .path("webSocketDebuggerUrl")
                    .asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode object() {
        return JSON.createObjectNode();
    }

    private static String quoted(String text) {
        return JSON.getNodeFactory().textNode(text).toString();
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(profile)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            // A child of the browser that ends late writes there still; the system's folder for such files is emptied.
            profile.toFile().deleteOnExit();
        }
    }

    /** Puts messages together, and gives each to whoever waits for it. */
    private final class Messages implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                String whole = text.toString();
                text.setLength(0);
                try {
                    JsonNode message = JSON.readTree(whole);
                    CompletableFuture<JsonNode> waiting = message.has("id")
                            ? awaited.remove(message.path("id").asInt())
                            : null;
                    if (waiting == null) {
                        event(message);
                    } else {
                        waiting.complete(message);
                    }
                } catch (IOException e) {
                    complaints.add("unreadable: " + whole);
                }
            }
            from.request(1);
            return null;
        }
    }
}
