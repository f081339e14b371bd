package io.reprise.index;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs a class in a JVM like this one, and kills it when it has said enough. */
final class KilledProcess {

    private KilledProcess() {}

    /**
     * Shows each line that the process wrote, also those that it wrote before it was dead and that were still on their way.
     *
     * @param lines after how many it is killed; fails when it ends before
     */
    static void run(Class<?> main, List<String> arguments, int lines, Consumer<String> seen)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            int count = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                seen.accept(line);
                if (++count == lines) {
                    // By its handle, which leaves the pipe open: what it still holds was acknowledged too.
                    process.toHandle().destroyForcibly();
                }
            }
            assertTrue(count >= lines, () -> "the process stopped by itself");
        } finally {
            process.destroyForcibly().waitFor();
        }
    }
}
