package io.reprise.server.e2e;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reprise.server.crash.ServerProcess;
import io.reprise.server.testupstream.Reply;
import io.reprise.server.testupstream.TestUpstream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real server on a real disk that is really full: a small file system in memory, mounted in a namespace of the server's own. Where
 * this user may not do that (it takes Linux with user namespaces, or root), the test is skipped.
 */
class FullDiskTest {
    private static final String ENTRIES = "/v1/cache/entries";
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String MOUNT = "mount -t tmpfs -o size=32m tmpfs \"$1\" && shift && exec \"$@\"";
    /** So many deletes are sure to need more than what is left of the last page of the file system. */
    private static final int SMALL_ENTRIES = 150;

    private static final int MAX_FILLS = 50;
    /** More than a page, so that it never fits into what is left of one. */
    private static final String LONG_ANSWER = "A long answer. ".repeat(1_500);

    @TempDir
    Path folder;

    @Test
    void fullDisk_refusesWritesServesOnAndIsForgotten() throws IOException {
        Path data = Files.createDirectory(folder.resolve("data"));
        assumeTrue(mayMount(data), "this user may not mount a file system of its own");
        try (TestUpstream upstream = TestUpstream.start();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ServerProcess server = serve(data, upstream.url())) {
            upstream.answer(Reply.text(LONG_ANSWER));
            var caller = new WireCaller(http, server.url());
            Path inside = Path.of("/proc/" + server.pid() + "/root" + data);
            assumeTrue(
                    Files.isDirectory(inside.resolve("index")), "this user may not look into the server's namespace");
            store(caller, "kept", "the kept answer");
            List<String> small = storeSmallEntries(caller);

            Path filler = inside.resolve("filler");
            storesAreRefused(caller, filler);
            deletesThatCannotBeWrittenSaySo(caller, filler, small);
            fill(filler);
            lookupsAndForwardingGoOn(caller, upstream);
            Eventually.await(SOON, () -> caller.metric("reprise_index_commit_failures") > 0);
            assertTrue(caller.metric("reprise_index_write_failures") > 0);

            Files.delete(filler);
            everythingWorksAgain(caller, small);
        }
    }

    private static void storesAreRefused(WireCaller caller, Path filler) {
        String prompt = "";
        Answer refused = null;
        // What is being written when the disk becomes full is taken back or done with, which leaves room once more.
        for (int i = 0; i < MAX_FILLS && (refused == null || refused.status() == 201); i++) {
            fill(filler);
            prompt = "Is there room for number " + i + "?";
            refused = caller.post(ENTRIES, entry(prompt, LONG_ANSWER));
        }
        assertEquals(507, requireNonNull(refused).status(), refused::toString);
        assertEquals("application/problem+json", refused.header("content-type"));
        assertEquals(507, refused.json().path("status").asInt());
        assertTrue(refused.json().path("detail").asText().contains("disk"), refused::toString);
        assertEquals("", lookup(caller, prompt));
    }

    /** Removes from the list what was deleted. */
    private static void deletesThatCannotBeWrittenSaySo(WireCaller caller, Path filler, List<String> ids) {
        int deleted = 0;
        while (true) {
            assertTrue(deleted < ids.size(), "every delete was written, on a disk that is full");
            fill(filler);
            Answer answer = caller.delete(ENTRIES + "/" + ids.get(deleted));
            if (answer.status() == 507) {
                break;
            }
            assertEquals(204, answer.status(), answer::toString);
            deleted++;
        }
        for (int i = 0; i < deleted; i++) {
            assertEquals(404, caller.get(ENTRIES + "/" + ids.get(i)).status());
        }
        ids.subList(0, deleted).clear();
        assertEquals(200, caller.get(ENTRIES + "/" + ids.getFirst()).status());
        fill(filler);
        assertEquals(507, caller.delete(ENTRIES + "?tag=small").status());
        assertEquals(200, caller.get(ENTRIES + "/" + ids.getFirst()).status());
    }

    private static void lookupsAndForwardingGoOn(WireCaller caller, TestUpstream upstream) {
        assertEquals("the kept answer", lookup(caller, "kept"));
        int before = upstream.log().counts().received();
        List<String> saidToBeStored = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            // Another question each time: what is tried again in the background may make room for an answer.
            String question = "What is asked of a full disk, part " + i + "?";
            Answer forwarded = caller.post(Chats.PATH, Chats.asking(question));
            if (forwarded.header("cache-status").contains("; stored")) {
                saidToBeStored.add(question);
            } else {
                assertTrue(forwarded.header("cache-status").endsWith("; not-kept=refused"), forwarded::toString);
            }
            assertEquals(200, forwarded.status(), forwarded::toString);
            assertEquals(
                    LONG_ANSWER,
                    forwarded.json().at("/choices/0/message/content").asText());
            assertEquals("miss", forwarded.header("x-reprise-outcome"));
        }
        assertEquals(before + 2, upstream.log().counts().received());
        for (String question : saidToBeStored) {
            assertEquals(
                    "exact", caller.post(Chats.PATH, Chats.asking(question)).header("x-reprise-outcome"));
        }
    }

    private static void everythingWorksAgain(WireCaller caller, List<String> small) {
        store(caller, "after", LONG_ANSWER);
        assertEquals(LONG_ANSWER, lookup(caller, "after"));
        assertEquals("the kept answer", lookup(caller, "kept"));
        caller.post(Chats.PATH, Chats.asking(Chats.QUESTION));
        Eventually.await(SOON, () -> caller.post(Chats.PATH, Chats.asking(Chats.QUESTION))
                .header("x-reprise-outcome")
                .equals("exact"));
        assertEquals(
                small.size(),
                caller.delete(ENTRIES + "?tag=small").json().path("deleted").asInt());
    }

    private static boolean mayMount(Path folder) {
        try {
            return new ProcessBuilder(inNamespace(folder, List.of("true")))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .onExit()
                            .join()
                            .exitValue()
                    == 0;
        } catch (IOException e) {
            return false; // There is no such command here.
        }
    }

    private static List<String> inNamespace(Path mountPoint, List<String> command) {
        return Stream.concat(
                        Stream.of(
                                "unshare",
                                "--user",
                                "--map-root-user",
                                "--mount",
                                "sh",
                                "-c",
                                MOUNT,
                                "sh",
                                mountPoint.toString()),
                        command.stream())
                .toList();
    }

    private ServerProcess serve(Path data, String upstreamUrl) {
        List<String> command =
                ServerProcess.command(data, List.of("--openai-url", upstreamUrl, "--set", "index.commit_ms=100"));
        return ServerProcess.begin(inNamespace(data, command), Map.of(), folder.resolve("server.log"))
                .awaitReady();
    }

    /** Without words that the model knows, so that there is nothing to embed. */
    private static List<String> storeSmallEntries(WireCaller caller) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < SMALL_ENTRIES; i++) {
            ids.add(caller.post(
                            ENTRIES,
                            Chats.object()
                                    .put("prompt", "😀".repeat(i + 1))
                                    .put("completion", "small")
                                    .set("tags", Chats.object().arrayNode().add("small")))
                    .json()
                    .path("id")
                    .asText());
        }
        return ids;
    }

    /** Leaves no block free. */
    private static void fill(Path filler) {
        byte[] block = new byte[1 << 12];
        try (OutputStream out = Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            assertTrue(String.valueOf(full.getMessage()).contains("space"), full::toString);
        }
    }

    private static void store(WireCaller caller, String prompt, String completion) {
        Answer answer = caller.post(ENTRIES, entry(prompt, completion));
        assertEquals(201, answer.status(), answer::toString);
    }

    private static String entry(String prompt, String completion) {
        return Chats.object()
                .put("prompt", prompt)
                .put("completion", completion)
                .toString();
    }

    /** The completion that a lookup gets, empty for a miss. */
    private static String lookup(WireCaller caller, String prompt) {
        return caller.post(
                        "/v1/cache/lookup", Chats.object().put("prompt", prompt).put("mode", "exact"))
                .json()
                .at("/entry/completion")
                .asText();
    }
}
