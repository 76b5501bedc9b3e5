package dev.agenttask.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may call whom. */
@AnalyzeClasses(packages = "dev.agenttask.worker", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule LAYERS = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.agenttask.worker..")
            .layer("main")
            .definedBy("dev.agenttask.worker")
            .layer("run")
            .definedBy("dev.agenttask.worker.run..")
            .layer("verify")
            .definedBy("dev.agenttask.worker.verify..")
            .layer("deliver")
            .definedBy("dev.agenttask.worker.deliver..")
            .layer("git")
            .definedBy("dev.agenttask.worker.git..")
            .layer("sandbox")
            .definedBy("dev.agenttask.worker.sandbox..")
            .layer("pod")
            .definedBy("dev.agenttask.worker.pod..")
            .layer("report")
            .definedBy("dev.agenttask.worker.report..")
            .whereLayer("main")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("run")
            .mayOnlyBeAccessedByLayers("main")
            .whereLayer("verify")
            .mayOnlyBeAccessedByLayers("run")
            .whereLayer("deliver")
            .mayOnlyBeAccessedByLayers("main")
            .whereLayer("sandbox")
            .mayOnlyBeAccessedByLayers("main", "run", "verify")
            .whereLayer("git")
            .mayOnlyBeAccessedByLayers("main", "run", "deliver");

    @ArchTest
    static final ArchRule GIT_STAYS_IN_ITS_PACKAGE = noClasses()
            .that()
            .resideOutsideOfPackages("dev.agenttask.worker.git..", "dev.agenttask.worker.training..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.eclipse.jgit.transport..", "org.eclipse.jgit.treewalk..", "org.eclipse.jgit.internal..");

    @ArchTest
    static final ArchRule KAFKA_STAYS_IN_ITS_PACKAGE = noClasses()
            .that()
            .resideOutsideOfPackage("dev.agenttask.worker.report..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule NO_ANNOTATIONS_OF_THE_GENERATOR =
            noClasses().should().dependOnClassesThat().resideInAPackage("io.fabric8..");

    @ArchTest
    static final ArchRule ONE_LOGGING_LIBRARY = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
}
