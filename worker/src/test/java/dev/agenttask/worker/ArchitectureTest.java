package dev.agenttask.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may call whom. */
class ArchitectureTest {

    private static final JavaClasses CLASSES =
            new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests())).importPackages("dev.agenttask.worker");

    @Test
    void layers() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.agenttask.worker..")
                .layer("main")
                .definedBy("dev.agenttask.worker")
                .layer("run")
                .definedBy("dev.agenttask.worker.run..")
                .layer("verify")
                .definedBy("dev.agenttask.worker.verify..")
                .layer("deliver")
                .definedBy("dev.agenttask.worker.deliver..")
                .layer("agent")
                .definedBy("dev.agenttask.worker.agent..")
                .layer("forecast")
                .definedBy("dev.agenttask.worker.forecast..")
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
                .whereLayer("forecast")
                .mayOnlyBeAccessedByLayers("main")
                .whereLayer("sandbox")
                .mayOnlyBeAccessedByLayers("main", "run", "verify")
                .whereLayer("agent")
                .mayOnlyBeAccessedByLayers("main", "run")
                .whereLayer("git")
                .mayOnlyBeAccessedByLayers("main", "run", "deliver", "forecast")
                .check(CLASSES);
    }

    @Test
    void git_stays_in_its_package() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.agenttask.worker.git..", "dev.agenttask.worker.training..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.eclipse.jgit.transport..", "org.eclipse.jgit.treewalk..", "org.eclipse.jgit.internal..")
                .check(CLASSES);
    }

    @Test
    void kafka_stays_in_its_package() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.agenttask.worker.report..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void no_annotations_of_the_generator() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.fabric8..")
                .check(CLASSES);
    }

    @Test
    void one_logging_library() {
        NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.check(CLASSES);
    }
}
