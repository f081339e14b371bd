package io.reprise.benchmarks.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM holds in memory now, in MiB; -1 where the machine does not say.
 *
 * @param resident all of it
 * @param anonymous of it, what belongs to no file: heap, code, stacks, the model's weights
 * @param mapped of it, pages of files, such as the index's, which the system takes back when it needs them
 * @param heapUsed objects in the heap, garbage among them
 */
public record Memory(double resident, double anonymous, double mapped, double heapUsed) {
    private static final Pattern HEAP_USED = Pattern.compile("used (\\d+)K");

    /** Of a process, now. */
    public static Memory of(long pid) {
        List<String> status = status(pid);
        return new Memory(field(status, "VmRSS"), field(status, "RssAnon"), field(status, "RssFile"), heapUsed(pid));
    }

    /** All that is resident, which takes little to find out. */
    public static double residentOf(long pid) {
        return field(status(pid), "VmRSS");
    }

    /** After the JVM has collected its garbage; it pauses for that. */
    public static Memory afterCollection(long pid) {
        jcmd(pid, "GC.run");
        return of(pid);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.0f MiB resident: %.0f anonymous (heap in use %.0f) and %.0f of mapped files",
                resident,
                anonymous,
                heapUsed,
                mapped);
    }

    private static double field(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElse(-1);
    }

    private static List<String> status(long pid) {
        Path file = Path.of("/proc", Long.toString(pid), "status");
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static double heapUsed(long pid) {
        Matcher used = HEAP_USED.matcher(jcmd(pid, "GC.heap_info"));
        return used.find() ? Double.parseDouble(used.group(1)) / 1024 : -1;
    }

    /** What the JVM answers; empty where it cannot be asked. */
    private static String jcmd(long pid, String command) {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        try {
            Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }
}
