package dev.agenttask.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may call whom. */
class ArchitectureTest {

    private static final String ROOT = "dev.agenttask.cli";
    private static final JavaClasses CLASSES =
            new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests())).importPackages(ROOT);

    @Test
    void rooms() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
                .layer("main")
                .definedBy(ROOT)
                .layer("command")
                .definedBy(ROOT + ".command..")
                .layer("kube")
                .definedBy(ROOT + ".kube..")
                .layer("log")
                .definedBy(ROOT + ".log..")
                .layer("git")
                .definedBy(ROOT + ".git..")
                .layer("report")
                .definedBy(ROOT + ".report..")
                .layer("manifest")
                .definedBy(ROOT + ".manifest..")
                .whereLayer("main")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("command")
                .mayOnlyBeAccessedByLayers("main")
                .whereLayer("kube")
                .mayOnlyBeAccessedByLayers("command")
                .whereLayer("log")
                .mayOnlyBeAccessedByLayers("command", "kube")
                .whereLayer("git")
                .mayOnlyBeAccessedByLayers("command")
                .whereLayer("manifest")
                .mayOnlyBeAccessedByLayers("command", "kube")
                .check(CLASSES);
    }

    @Test
    void each_library_stays_in_its_room() {
        staysIn("kube", "io.fabric8.kubernetes.client..");
        staysIn("git", "org.eclipse.jgit..");
        staysIn("log", "org.apache.kafka..");
    }

    private static void staysIn(String room, String library) {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + "." + room + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library)
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    @Test
    void time_comes_from_the_clock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(CLASSES);
    }

    @Test
    void nobody_sleeps() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
    }
}
