package io.reprise.server.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the launcher, copied into a small repository, with JDKs and a Maven that only say how they were called. */
class LauncherTest {
    private static final Path LAUNCHER = Path.of("..", "reprise");
    private static final List<String> TOOLS =
            List.of("bash", "cat", "dirname", "find", "head", "kill", "mkdir", "readlink", "rm", "sed", "sleep");
    private static final List<String> MODULES = List.of("models", "embedder", "index", "test-upstream", "cache-server");

    private final Path repository;
    private final Path tools;
    private final Path jdks;
    private final Path caller;
    private final Path reprise;

    LauncherTest(@TempDir Path folder) {
        this.repository = folder.resolve("the repository");
        this.tools = folder.resolve("tools");
        this.jdks = folder.resolve("jdks");
        this.caller = folder.resolve("elsewhere");
        this.reprise = repository.resolve("reprise");
    }

    /** What a run printed, and its exit code. */
    private record Run(int code, String output) {}

    @BeforeEach
    void repositoryWithoutBuild() throws IOException {
        for (Path created : List.of(repository, tools, jdks, caller, repository.resolve(".mvn"))) {
            Files.createDirectories(created);
        }
        Files.copy(LAUNCHER, reprise);
        source("pom.xml");
        source("models/minilm/manifest.yaml");
        source("models/verifier/weights of our own.onnx");
        for (String module : MODULES) {
            source(module + "/pom.xml");
        }
        source("index/src/main/java/A.java");
        for (Path directory : List.of(".mvn", "index/src/main", "index/src/main/java").stream()
                .map(repository::resolve)
                .toList()) {
            Files.setLastModifiedTime(directory, FileTime.from(Instant.EPOCH));
        }
        for (String tool : TOOLS) {
            link(tool);
        }
        maven("3.8.7");
        jdk("new", "25.0.1");
    }

    /** They lead out of the folder, of which JUnit would warn. */
    @AfterEach
    void deleteLinks() throws IOException {
        for (String tool : TOOLS) {
            Files.deleteIfExists(tools.resolve(tool));
        }
    }

    @Test
    void firstStart_buildsThenRunsInTheDirectoryOfTheCaller() throws Exception {
        Run run = launch(Map.of(), "serve", "--data", "./my data");
        assertEquals(0, run.code, run.output);
        assertTrue(run.output.startsWith("Building Reprise"), run.output);
        assertTrue(run.output.contains("[io.reprise.server.Main][serve][--data][./my data]"), run.output);
        assertTrue(run.output.contains("in " + caller.toRealPath()), run.output);
        assertTrue(run.output.contains("-Dreprise.models=" + dist().toRealPath().resolve("models")), run.output);
    }

    @Test
    void secondStart_buildsNothing() throws Exception {
        launch(Map.of());
        assertFalse(launch(Map.of()).output.contains("Building"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pom.xml",
                "index/pom.xml",
                "models/minilm/manifest.yaml",
                "models/verifier/weights of our own.onnx",
                "index/src/main/java/A.java"
            })
    void changedSource_buildsAgain(String source) throws Exception {
        launch(Map.of());
        touchLater(repository.resolve(source));
        assertTrue(launch(Map.of()).output.contains("Building"));
    }

    @Test
    void deletedSource_buildsAgain() throws Exception {
        launch(Map.of());
        Files.delete(repository.resolve("index/src/main/java/A.java"));
        touchLater(repository.resolve("index/src/main/java"));
        assertTrue(launch(Map.of()).output.contains("Building"));
    }

    @Test
    void throughLinks_findsItsOwnFolder() throws Exception {
        Files.createSymbolicLink(caller.resolve("absolute"), reprise);
        Path link = Files.createSymbolicLink(caller.resolve("relative"), Path.of("absolute"));
        Run run = launch(link, Map.of());
        assertEquals(0, run.code, run.output);
    }

    @Test
    void severalJdks_theOldestThatIsNewEnough() throws Exception {
        jdk("a-old", "17.0.15");
        jdk("b-newer", "26");
        jdk("c-ancient", "1.8.0_392");
        assertTrue(launch(Map.of()).output.contains("jdks/new/bin/java"));
    }

    @Test
    void javaHome_winsWhenItIsNewEnough() throws Exception {
        Path home = jdk("b-newer", "26");
        assertTrue(launch(Map.of("JAVA_HOME", home.toString())).output.contains("jdks/b-newer/bin/java"));
    }

    @Test
    void javaHomeTooOld_looksFurther() throws Exception {
        Path home = jdk("a-old", "17.0.15");
        assertTrue(launch(Map.of("JAVA_HOME", home.toString())).output.contains("jdks/new/bin/java"));
    }

    @Test
    void javaOnPath_isFollowedToItsJdk() throws Exception {
        Path home = jdk("b-newer", "26");
        Files.createSymbolicLink(tools.resolve("java"), home.resolve("bin/java"));
        assertTrue(launch(Map.of()).output.contains("jdks/b-newer/bin/java"));
    }

    @Test
    void noJdk_saysWhatToDo() throws Exception {
        Run run = launch(Map.of("REPRISE_JDK_DIRS", caller.toString()));
        assertEquals(1, run.code);
        assertTrue(run.output.contains("needs a JDK 25 or later"), run.output);
    }

    @Test
    void noMaven_saysWhatToDo() throws Exception {
        Files.delete(tools.resolve("mvn"));
        Run run = launch(Map.of());
        assertEquals(1, run.code);
        assertTrue(run.output.contains("needs Maven 3.8 or later"), run.output);
    }

    @Test
    void oldMaven_saysWhatToDo() throws Exception {
        maven("3.6.3");
        Run run = launch(Map.of());
        assertEquals(1, run.code);
        assertTrue(run.output.contains("is 3.6"), run.output);
    }

    @Test
    void failedBuild_runsNothing() throws Exception {
        script(tools.resolve("mvn"), "[ \"$1\" = -v ] && echo Apache Maven 3.9.9 || exit 1");
        Run run = launch(Map.of());
        assertEquals(1, run.code);
        assertFalse(run.output.contains("io.reprise.server.Main"), run.output);
    }

    @Test
    void lockOfADeadProcess_isTakenOver() throws Exception {
        Process dead = new ProcessBuilder("bash", "-c", "exit 0").start();
        dead.waitFor();
        Path lock = Files.createDirectories(repository.resolve("cache-server/target/launcher.lock"));
        Files.writeString(lock.resolve("pid"), Long.toString(dead.pid()));
        assertEquals(0, launch(Map.of()).code);
    }

    @Test
    void finishedBuildElsewhere_isRunWithoutMaven() throws Exception {
        Files.delete(tools.resolve("mvn"));
        Path home = caller.resolve("built");
        Files.createDirectories(home.resolve("lib"));
        Run run = launch(Map.of("REPRISE_HOME", home.toString(), "REPRISE_JAVA_OPTS", "-Xmx1g -Dx=y"));
        assertEquals(0, run.code, run.output);
        assertTrue(run.output.contains("[-Xmx1g][-Dx=y][-Dreprise.models=" + home + "/models]"), run.output);
    }

    @Test
    void release_isRunWithoutMavenFromItsOwnFolder() throws Exception {
        Files.delete(tools.resolve("mvn"));
        Path release = caller.resolve("a release");
        for (String part : List.of("bin", "lib", "models")) {
            Files.createDirectories(release.resolve(part));
        }
        Path script = Files.copy(LAUNCHER, release.resolve("bin/reprise"));
        Run run = launch(script, Map.of(), "version");
        assertEquals(0, run.code, run.output);
        assertTrue(
                run.output.contains("-Dreprise.models=" + release.toRealPath().resolve("models")), run.output);
    }

    @Test
    void releaseWithARuntime_needsNoJava() throws Exception {
        Path release = caller.resolve("release");
        for (String part : List.of("bin", "lib", "models", "runtime/bin")) {
            Files.createDirectories(release.resolve(part));
        }
        Path script = Files.copy(LAUNCHER, release.resolve("bin/reprise"));
        script(release.resolve("runtime/bin/java"), "echo \"$0 runs\"");
        Run run = launch(script, Map.of("REPRISE_JDK_DIRS", caller.toString()), "version");
        assertEquals(0, run.code, run.output);
        assertTrue(run.output.contains("release/runtime/bin/java runs"), run.output);
    }

    @Test
    void warningOfTheIncubator_isLeftOutAndNothingElse() throws Exception {
        Path home = jdks.resolve("new");
        script(
                home.resolve("bin/java"),
                "echo 'WARNING: Using incubator modules: jdk.incubator.vector' >&2; echo said >&2; printf 'last' >&2; exit 3");
        Run run = launch(Map.of("REPRISE_HOME", finishedBuild().toString()), "serve");
        assertEquals("said\nlast", run.output);
        assertEquals(3, run.code);
    }

    @Test
    void firstWordsOfAnotherKind_arePassedOn() throws Exception {
        Path home = jdks.resolve("new");
        script(home.resolve("bin/java"), "printf 'Error: no memory' >&2; exit 1");
        assertEquals(
                "Error: no memory\n",
                launch(Map.of("REPRISE_HOME", finishedBuild().toString()), "serve").output);
    }

    @Test
    void commandsThatReadNoPrompts_runWithoutTheVectorModule() throws Exception {
        String home = finishedBuild().toString();
        assertFalse(launch(Map.of("REPRISE_HOME", home), "version").output.contains("--add-modules"));
        for (String command : List.of("serve", "replay")) {
            assertTrue(launch(Map.of("REPRISE_HOME", home), command).output.contains("--add-modules"), command);
        }
    }

    @Test
    void build_saysWhichPartItIsAtAndColoursNothing() throws Exception {
        script(tools.resolve("mvn"), """
                if [ "$1" = -v ]; then echo "Apache Maven 3.9.9 (abc)"; exit; fi
                echo '[INFO] Building Reprise index 0.1.0-SNAPSHOT              [3/6]'
                echo '[INFO] Copying 7 files'
                mkdir -p cache-server/target/dist/lib cache-server/target/dist/models
                echo > cache-server/target/dist/LICENSE
                """);
        Run run = launch(Map.of(), "version");
        assertTrue(run.output.contains("part 3/6: Reprise index"), run.output);
        assertFalse(run.output.contains("Copying"), run.output);
        assertFalse(run.output.contains("\u001b"), run.output);
    }

    private Path finishedBuild() throws IOException {
        Path build = caller.resolve("built");
        Files.createDirectories(build.resolve("lib"));
        return build;
    }

    private Run launch(Map<String, String> environment, String... args) throws Exception {
        return launch(reprise, environment, args);
    }

    private Run launch(Path script, Map<String, String> environment, String... args) throws Exception {
        List<String> command = Stream.concat(
                        Stream.of(tools.resolve("bash").toString(), script.toString()), Stream.of(args))
                .toList();
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(caller.toFile()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("REPRISE_JDK_DIRS", jdks.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), output);
    }

    private Path dist() {
        return repository.resolve("cache-server/target/dist");
    }

    private void source(String path) throws IOException {
        Path file = repository.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
        Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
    }

    private static void touchLater(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(60)));
    }

    private void link(String tool) throws IOException {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory).resolve(tool);
            if (Files.isExecutable(candidate)) {
                Files.createSymbolicLink(tools.resolve(tool), candidate);
                return;
            }
        }
    }

    /** A Maven whose build is an empty, finished one. */
    private void maven(String version) throws IOException {
        script(tools.resolve("mvn"), """
                if [ "$1" = -v ]; then echo "Apache Maven %s (abc)"; exit; fi
                mkdir -p cache-server/target/dist/lib cache-server/target/dist/models
                echo > cache-server/target/dist/LICENSE
                """.formatted(version));
    }

    private Path jdk(String name, String version) throws IOException {
        Path home = jdks.resolve(name);
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(home.resolve("bin/java"), "echo \"$0 in $PWD\"; printf '[%s]' \"$@\"");
        script(home.resolve("bin/javac"), "");
        return home;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\n" + body + "\n");
        assertTrue(file.toFile().setExecutable(true));
    }
}
