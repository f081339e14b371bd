package io.reprise.server.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Moves entries between a running server and a file, over HTTP: the server alone may open its data folder.
 *
 * <p>Neither the file nor a long part of it is ever in memory. What goes wrong is a {@link TransferException} with what to do about it.
 */
final class TransferClient {
    private static final int BUFFER = 1 << 16;
    private static final int GZIP_MAGIC = 0x8b1f;
    private static final String PACKED = ".gz";
    private static final String UNFINISHED = ".part";
    private static final Pattern END = Pattern.compile("\\{\"end\":\\{\"entries\":([0-9]+)}}");
    private static final Pattern ENTRY = Pattern.compile("\\{\"id\":\"([0-9a-f]+)\".*");
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final InputStream in;
    private final OutputStream out;
    private final Consumer<String> progress;

    /**
     * @param in standard input
     * @param out standard output
     * @param progress told lines for people
     */
    TransferClient(InputStream in, OutputStream out, Consumer<String> progress) {
        this.in = in;
        this.out = out;
        this.progress = progress;
    }

    /** Writes an export. A file appears under its name when it is whole. */
    void export(TransferOrder order) {
        List<String> query = new ArrayList<>();
        if (order.key() == null) {
            query.add("principal=*");
        }
        parameter(query, "namespace", order.namespace());
        parameter(query, "model", order.model());
        parameter(query, "tag", order.tag());
        parameter(query, "after", order.after());
        if (order.vectors()) {
            query.add("vectors=true");
        }
        var lines = new LineCount("received", System::nanoTime, progress);
        Path file = order.file().equals(TransferOrder.STANDARD) ? null : path(order.file());
        Path unfinished = file == null ? null : path(order.file() + UNFINISHED);
        HttpClient client = client();
        try {
            HttpResponse<InputStream> response =
                    client.send(request(order, "/v1/cache/export", query).GET().build(), BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw refused(response.statusCode(), body.readAllBytes());
                }
                write(body, unfinished, order.file().endsWith(PACKED), lines);
            }
            if (file != null && unfinished != null) {
                Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new TransferException("the export failed after " + lines + " (" + e + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransferException("the export was interrupted after " + lines, e);
        } finally {
            client.shutdownNow();
        }
        progress.accept(lines + ", complete");
    }

    /** Sends a file, and says whether every line of it was imported. */
    boolean importFile(TransferOrder order) {
        List<String> query = new ArrayList<>();
        parameter(query, "namespace", order.namespace());
        parameter(query, "model", order.model());
        if (order.strict()) {
            query.add("strict=true");
        }
        var lines = new LineCount("sent", System::nanoTime, progress);
        HttpClient client = client();
        try (InputStream file = order.file().equals(TransferOrder.STANDARD) ? in : opened(order.file());
                InputStream unpacked = unpacked(file);
                InputStream counted = counted(unpacked, lines)) {
            HttpResponse<byte[]> response = client.send(
                    request(order, "/v1/cache/import", query)
                            .header("content-type", "application/x-ndjson")
                            .POST(BodyPublishers.ofInputStream(() -> counted))
                            .build(),
                    BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw refused(response.statusCode(), response.body());
            }
            return told(JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new TransferException(
                    "the import failed after " + lines + " (" + e
                            + "); it can be run again: what is there already is passed over",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransferException("the import was interrupted after " + lines, e);
        } finally {
            client.shutdownNow();
        }
    }

    private void write(InputStream body, @Nullable Path file, boolean packed, LineCount lines) throws IOException {
        try (OutputStream to = file == null ? new Unclosed(out) : created(file);
                OutputStream buffered =
                        new BufferedOutputStream(packed ? new GZIPOutputStream(to, BUFFER) : to, BUFFER)) {
            byte[] buffer = new byte[BUFFER];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                buffered.write(buffer, 0, read);
                lines.add(buffer, 0, read);
            }
        } catch (IOException e) {
            throw brokenOff(file, lines, e);
        }
        if (!END.matcher(lines.lastBeginning()).matches()) {
            throw brokenOff(file, lines, null);
        }
    }

    private static TransferException brokenOff(@Nullable Path file, LineCount lines, @Nullable IOException cause) {
        Matcher entry = ENTRY.matcher(lines.lastBeginning());
        String rest = entry.matches() ? "; the rest is had with --after " + entry.group(1) : "";
        String begun = file == null ? "" : "; what came is in " + file;
        String why = cause == null ? "" : " (" + cause + ")";
        return new TransferException("the export broke off after " + lines + why + begun + rest, cause);
    }

    private boolean told(JsonNode report) {
        long failed = report.path("failed").asLong();
        progress.accept(String.format(
                "%,d imported, %,d skipped because they are there or have expired, %,d failed",
                report.path("imported").asLong(), report.path("skipped").asLong(), failed));
        JsonNode problems = report.path("problems");
        for (JsonNode problem : problems) {
            progress.accept("line " + problem.path("line").asLong() + ": "
                    + problem.path("problem").asText());
        }
        if (failed > problems.size()) {
            progress.accept("and " + (failed - problems.size()) + " more");
        }
        return failed == 0;
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private static HttpRequest.Builder request(TransferOrder order, String path, List<String> query) {
        String all = query.isEmpty() ? "" : "?" + String.join("&", query);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(order.url() + path + all));
        if (order.token() != null) {
            request.header("x-reprise-admin", order.token());
        }
        if (order.key() != null) {
            request.header("authorization", "Bearer " + order.key());
        }
        return request;
    }

    private static void parameter(List<String> query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    /** What a server's answer says of why it did not do what it was asked. */
    static TransferException refused(int status, byte[] body) {
        StringBuilder why = new StringBuilder();
        try {
            JsonNode problem = JSON.readTree(body);
            why.append(problem.path("detail").asText());
            for (JsonNode error : problem.path("errors")) {
                why.append(' ')
                        .append(error.path("field").asText())
                        .append(' ')
                        .append(error.path("problem").asText());
            }
        } catch (JsonProcessingException e) {
            why.append("is that a Reprise server?");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String hint =
                status == 403 ? " Give --token or the server's --data, or --key for the entries of one caller." : "";
        return new TransferException("the server answered " + status + ": " + why + hint, null);
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new TransferException("FILE must be a path (" + e.getReason() + ")", e);
        }
    }

    private static InputStream opened(String file) {
        try {
            return Files.newInputStream(path(file));
        } catch (IOException e) {
            throw new TransferException("cannot read the file (" + e + ")", e);
        }
    }

    private static OutputStream created(Path file) {
        try {
            return Files.newOutputStream(file);
        } catch (IOException e) {
            throw new TransferException("cannot write the file (" + e + ")", e);
        }
    }

    /** Unpacks gzip, whatever the file's name. */
    private static InputStream unpacked(InputStream file) throws IOException {
        var buffered = new BufferedInputStream(file, BUFFER);
        buffered.mark(2);
        int magic = buffered.read() | buffered.read() << 8;
        buffered.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(buffered, BUFFER) : buffered;
    }

    private static InputStream counted(InputStream stream, LineCount lines) {
        return new FilterInputStream(stream) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = super.read(buffer, offset, length);
                if (read > 0) {
                    lines.add(buffer, offset, read);
                }
                return read;
            }
        };
    }

    /** Standard output, which others may still write to. */
    private static final class Unclosed extends OutputStream {
        private final OutputStream stream;

        Unclosed(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int single) throws IOException {
            stream.write(single);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            stream.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            stream.flush();
        }

        @Override
        public void close() throws IOException {
            stream.flush();
        }
    }
}
