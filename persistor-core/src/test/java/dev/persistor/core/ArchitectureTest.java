package dev.persistor.core;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

@AnalyzeClasses(packages = "dev.persistor.core", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    /** From the highest layer to the lowest. A package of a layer imports nothing from its own layer or from one above it. */
    private static final List<List<String>> LAYERS = List.of(
            List.of("pull.invoke"),
            List.of("pull"),
            List.of("capture", "replay", "compact"),
            List.of("write", "archive", "config"),
            List.of("format.jsonl", "format.foreign", "store.file", "store.memory"),
            List.of("format", "naming"),
            List.of("store"),
            List.of("message", "batch", "retry"),
            List.of("log", "thread"));

    @ArchTest
    static void aPackageImportsFromLowerLayersOnly(JavaClasses core) {
        for (int layer = 0; layer < LAYERS.size(); layer++) {
            for (String name : LAYERS.get(layer)) {
                classes()
                        .that()
                        .resideInAPackage(packageOf(name))
                        .should()
                        .onlyDependOnClassesThat(not(resideInAPackage("dev.persistor.."))
                                .or(resideInAPackage(packageOf(name)))
                                .or(resideInAnyPackage(below(layer))))
                        .because(name + " is in layer " + (LAYERS.size() - layer) + " of " + LAYERS.size())
                        .check(core);
            }
        }
    }

    private static String[] below(int layer) {
        return LAYERS.stream()
                .skip(layer + 1L)
                .flatMap(List::stream)
                .map(ArchitectureTest::packageOf)
                .toArray(String[]::new);
    }

    private static String packageOf(String name) {
        return "dev.persistor.core." + name;
    }

    @ArchTest
    static final ArchRule everyClassIsInAPackageOfALayer = classes()
            .that()
            .doNotHaveSimpleName("package-info")
            .should()
            .resideInAnyPackage(below(-1))
            .because("the root package only says where to start");

    /** The JDK's HTTP client completes answers in the common pool, which may have one thread. */
    @ArchTest
    static final ArchRule nothingRunsInTheCommonPoolUnasked = noClasses()
            .should()
            .callMethod(CompletableFuture.class, "runAsync", Runnable.class)
            .orShould()
            .callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
            .orShould()
            .callMethod(CompletableFuture.class, "delayedExecutor", long.class, TimeUnit.class)
            .because("what waits there for an answer may wait for itself");

    @ArchTest
    static final ArchRule theCoreLeansOnFewLibrariesAndNoCloud = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "java..",
                    "javax.net.ssl..",
                    "dev.persistor.core..",
                    "org.slf4j..",
                    "org.jspecify.annotations..",
                    "com.fasterxml.jackson.core..",
                    "dev.failsafe..",
                    "com.github.luben.zstd..");

    @ArchTest
    static final ArchRule onlyOneClassTouchesTheLibraryThatMayBeMissing = noClasses()
            .that()
            .doNotHaveSimpleName("Zstd")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.github.luben.zstd..")
            .because("nothing of it may be loaded where nobody asks for it");

    @ArchTest
    static final ArchRule onlyOnePackageRetries = noClasses()
            .that()
            .resideOutsideOfPackage(packageOf("retry"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.failsafe..")
            .because("back-off, budgets and jitter exist once");

    @ArchTest
    static final ArchRule nothingReadsTheWallClock = noClasses()
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("a redelivered message must find its blob, whenever it comes");
}
