package io.reprise.benchmarks.report;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * Where and of what something was measured.
 *
 * @param cpu model name, with the vector extensions that matter here
 * @param cores processors that this JVM may use
 * @param memory of the machine
 * @param os name, version and architecture
 * @param jvm vendor and version
 * @param date when
 * @param commit of the source tree, marked when it has uncommitted changes
 * @param load one-minute load average when measuring began
 */
public record MachineFacts(
        String cpu, int cores, String memory, String os, String jvm, Instant date, String commit, String load) {
    private static final String UNKNOWN = "unknown";

    /**
     * The facts of this process.
     *
     * @param repository root of the source tree
     */
    public static MachineFacts here(Path repository, Clock clock) {
        var system = ManagementFactory.getOperatingSystemMXBean();
        double load = system.getSystemLoadAverage();
        return new MachineFacts(
                readCpu(),
                Runtime.getRuntime().availableProcessors(),
                readMemory(),
                "%s %s %s".formatted(system.getName(), system.getVersion(), system.getArch()),
                "%s %s".formatted(System.getProperty("java.vm.vendor"), Runtime.version()),
                clock.instant().truncatedTo(ChronoUnit.SECONDS),
                readCommit(repository),
                load < 0 ? UNKNOWN : String.format(Locale.ROOT, "%.2f", load));
    }

    /** A Markdown list. */
    public String markdown() {
        return """
                - CPU: %s, %d cores; memory: %s; load when it began: %s
                - OS: %s; JVM: %s
                - Date: %s; commit: %s
                """.formatted(cpu, cores, memory, load, os, jvm, date, commit);
    }

    private static String readCpu() {
        List<String> lines = lines(Path.of("/proc/cpuinfo"));
        String name = field(lines, "model name");
        if (name.equals(UNKNOWN)) {
            String brand = output(List.of("sysctl", "-n", "machdep.cpu.brand_string"));
            return brand.isEmpty() ? UNKNOWN : brand;
        }
        List<String> flags = List.of(field(lines, "flags").split(" "));
        List<String> known = List.of("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8").stream()
                .filter(flags::contains)
                .toList();
        return name + " (" + String.join(", ", known) + ")";
    }

    private static String readMemory() {
        String kibibytes = field(lines(Path.of("/proc/meminfo")), "MemTotal").replace(" kB", "");
        return kibibytes.equals(UNKNOWN)
                ? UNKNOWN
                : String.format(Locale.ROOT, "%.1f GiB", Long.parseLong(kibibytes.strip()) / 1048576.0);
    }

    private static String readCommit(Path repository) {
        String git = repository.toAbsolutePath().toString();
        String head = output(List.of("git", "-C", git, "rev-parse", "--short=12", "HEAD"));
        if (head.isEmpty()) {
            return UNKNOWN;
        }
        // Results that are being written are no change to what they measure.
        String changes =
                output(List.of("git", "-C", git, "status", "--porcelain", "--", ".", ":(exclude)benchmarks/results"));
        return changes.isEmpty() ? head : head + " with uncommitted changes";
    }

    private static String field(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(UNKNOWN);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** What a command prints; empty when it fails or is not there. */
    private static String output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? text.strip() : "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
