package io.reprise.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows between modules and between the server's packages, as the design and each {@code package-info} draw them. */
final class ArchitectureTest {
    private static final String SERVER = "io.reprise.server";
    private static final String WEB = "io.vertx.ext.web..";

    private static final JavaClasses OURS = read("io.reprise", ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);

    /** Names are enough for arrows; reading every class of every library takes ten times as long. */
    private static JavaClasses read(String packages, ImportOption which) {
        return ArchConfiguration.withThreadLocalScope(configuration -> {
            configuration.setResolveMissingDependenciesFromClassPath(false);
            return new ClassFileImporter().withImportOption(which).importPackages(packages);
        });
    }

    /** A rule about classes that were not found would hold whatever they do. */
    @Test
    void everyModuleOnTheClassPath_wasRead() {
        assertTrue(OURS.stream().anyMatch(resideInAPackage("io.reprise.embedder")), "embedder");
        assertTrue(OURS.stream().anyMatch(resideInAPackage("io.reprise.index")), "index");
        assertTrue(OURS.stream().anyMatch(resideInAPackage(SERVER)), "server");
        assertTrue(OURS.stream().noneMatch(resideInAPackage(SERVER + ".e2e..")), "no tests");
    }

    /** A package that is new here must be given its arrows below. */
    @Test
    void serversPackages_areTheseAndNoOther() {
        Set<String> packages = OURS.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> name.startsWith(SERVER + "."))
                .collect(toCollection(TreeSet::new));
        assertEquals(
                Set.of(
                        SERVER + ".access",
                        SERVER + ".alerts",
                        SERVER + ".audit",
                        SERVER + ".cache",
                        SERVER + ".cache.eviction",
                        SERVER + ".cli",
                        SERVER + ".config",
                        SERVER + ".decision",
                        SERVER + ".decision.bound",
                        SERVER + ".decision.guard",
                        SERVER + ".doctor",
                        SERVER + ".gateway",
                        SERVER + ".http",
                        SERVER + ".http.ui",
                        SERVER + ".ledger",
                        SERVER + ".opinion",
                        SERVER + ".prompt",
                        SERVER + ".protocol",
                        SERVER + ".replay",
                        SERVER + ".requests",
                        SERVER + ".reply",
                        SERVER + ".rules",
                        SERVER + ".telemetry",
                        SERVER + ".testupstream",
                        SERVER + ".tls",
                        SERVER + ".transfer",
                        SERVER + ".upstream"),
                packages);
    }

    @ParameterizedTest
    @CsvSource({
        "config, ''",
        "protocol, ''",
        "decision, ''",
        "reply, protocol",
        "access, config protocol ledger reply upstream",
        "http.ui, protocol reply",
        "doctor, protocol prompt",
        "gateway, access audit cache config decision doctor ledger opinion prompt protocol reply rules telemetry upstream",
        "rules, config ledger prompt protocol",
        "http, access audit cache config decision doctor gateway ledger opinion prompt protocol reply requests telemetry tls transfer upstream",
        "audit, protocol decision.bound ledger",
        "opinion, audit decision ledger protocol",
        "decision.bound, ''",
        "decision.guard, ''",
        "prompt, protocol",
        "ledger, protocol",
        "upstream, protocol",
        "cache, protocol prompt decision",
        "cache.eviction, protocol",
        "requests, protocol ledger",
        "alerts, config protocol ledger requests",
        "telemetry, protocol cache ledger",
        "transfer, protocol prompt cache",
        "replay, protocol prompt decision cache ledger upstream",
        "cli, config testupstream",
        "testupstream, ''",
        "tls, ''"
    })
    void package_seesOnlyThesePackagesOfTheServer(String name, String seen) {
        String[] allowed = Stream.concat(
                        Stream.of(name), Arrays.stream(seen.split(" ")).filter(s -> !s.isEmpty()))
                .map(part -> SERVER + "." + part + "..")
                .toArray(String[]::new);
        check(noClasses()
                .that(resideInAPackage(SERVER + "." + name + ".."))
                .should()
                .dependOnClassesThat(resideInAPackage(SERVER + "..").and(resideOutsideOfPackages(allowed))));
    }

    @Test
    void onlyTheCacheAndTheWiring_seeTheModelAndTheIndex() {
        check(noClasses()
                .that(resideInAPackage(SERVER + "..")
                        .and(resideOutsideOfPackages(
                                SERVER, SERVER + ".cache", SERVER + ".transfer", SERVER + ".http")))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.reprise.embedder..", "io.reprise.index..")
                        // Every file of the data folder is its owner's alone.
                        .and(DescribedPredicate.not(named("io.reprise.index.OwnerOnly")))));
    }

    @Test
    void routes_seeNoModelAndOfTheIndexOnlyItsFilter() {
        check(noClasses()
                .that(resideInAPackage(SERVER + ".http.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.reprise.embedder..", "io.reprise.index..")
                        .and(DescribedPredicate.not(named("io.reprise.index.EntryFilter")))));
    }

    @Test
    void transfer_seesNoModelAndOfTheIndexOnlyItsRecords() {
        check(noClasses()
                .that(resideInAPackage(SERVER + ".transfer.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.reprise.embedder..", "io.reprise.index..")
                        .and(DescribedPredicate.not(named("io.reprise.index.Entry")))
                        .and(DescribedPredicate.not(named("io.reprise.index.EntryFilter")))
                        .and(DescribedPredicate.not(named("io.reprise.index.ScanPage")))
                        .and(DescribedPredicate.not(named("io.reprise.index.StoredEntry")))));
    }

    @Test
    void onlyHttp_knowsVertxWeb() {
        check(noClasses()
                .that(resideOutsideOfPackages(SERVER + ".http.."))
                .should()
                .dependOnClassesThat(resideInAPackage(WEB)));
    }

    @Test
    void calls_goUpstreamThroughOneDoor() {
        check(noClasses()
                .that(resideInAnyPackage(SERVER + ".gateway..", SERVER + ".http..")
                        .and(DescribedPredicate.not(named(SERVER + ".gateway.UpstreamDoor"))))
                .should()
                .callMethodWhere(DescribedPredicate.describe(
                        "it is UpstreamClient's, and no question about its state",
                        call -> call.getTargetOwner().getName().equals(SERVER + ".upstream.UpstreamClient")
                                && !call.getName().equals("leftAloneFor"))));
    }

    @Test
    void onlyTheServer_usesHttp() {
        check(noClasses()
                .that(resideOutsideOfPackages(SERVER + ".http..")
                        .and(DescribedPredicate.not(named(SERVER + ".Server"))))
                .should()
                .dependOnClassesThat(resideInAPackage(SERVER + ".http..")));
    }

    @Test
    void pureParts_knowNoVertxAndNoDisk() {
        check(noClasses()
                .that(resideInAnyPackage(
                        SERVER + ".protocol..", SERVER + ".prompt..", SERVER + ".decision..", SERVER + ".config.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.vertx..", "java.net.http..", "org.apache.lucene..")
                        // Dot products, which know nothing of indexes.
                        .and(DescribedPredicate.not(named("org.apache.lucene.util.VectorUtil")))));
    }

    @ParameterizedTest
    @CsvSource({"embedder, index", "index, embedder"})
    void module_knowsNeitherItsSiblingNorVertxNorTheServer(String module, String sibling) {
        check(noClasses()
                .that(resideInAPackage("io.reprise." + module + ".."))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("io.reprise." + sibling + "..", "io.vertx..", "io.netty..", SERVER + "..")));
    }

    @Test
    void lucene_isTheIndexesAloneAndOnnxTheEmbeddersAlone() {
        check(noClasses()
                .that(resideOutsideOfPackages("io.reprise.index.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.apache.lucene..")
                        .and(DescribedPredicate.not(named("org.apache.lucene.util.VectorUtil")))));
        check(noClasses()
                .that(resideOutsideOfPackages("io.reprise.embedder.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("ai.onnxruntime..", "ai.djl..")));
    }

    @Test
    void packages_areFreeOfCycles() {
        check(slices().matching("io.reprise.(**)").should().beFreeOfCycles());
    }

    /** A mistake of the server must not hide itself in what it is tested with. */
    @Test
    void testUpstream_seesNothingOfWhatItTests() {
        check(noClasses()
                .that(resideInAPackage(SERVER + ".testupstream.."))
                .should()
                .dependOnClassesThat(
                        resideInAPackage("io.reprise..").and(resideOutsideOfPackages(SERVER + ".testupstream.."))));
    }

    @Test
    void everyPackage_saysThatItIsNullMarked() {
        OURS.stream()
                .map(JavaClass::getPackage)
                .distinct()
                .forEach(one -> assertTrue(
                        one.isAnnotatedWith(NullMarked.class), one.getName() + " has no @NullMarked package-info"));
    }

    private static DescribedPredicate<JavaClass> named(String name) {
        return DescribedPredicate.describe(
                "are " + name,
                one -> one.getName().equals(name) || one.getName().startsWith(name + "$"));
    }

    private static void check(ArchRule rule) {
        rule.check(OURS);
    }
}
