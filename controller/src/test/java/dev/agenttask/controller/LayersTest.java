package dev.agenttask.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class LayersTest {

    private static final String ROOT = "dev.agenttask.controller";
    private static final JavaClasses CLASSES =
            new ClassFileImporter(List.of(new ImportOption.DoNotIncludeTests())).importPackages(ROOT);

    @Test
    void operator_sdk_stays_in_kube() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".kube..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.javaoperatorsdk..")
                .check(CLASSES);
    }

    @Test
    void rules_and_pods_are_pure() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".task..", ROOT + ".pod..", ROOT + ".forecast..", ROOT + ".batch..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.fabric8.kubernetes.client..",
                        "org.apache.kafka..",
                        "io.micrometer..",
                        "io.quarkus..",
                        "java.net.http..",
                        ROOT + ".kube..",
                        ROOT + ".progress..",
                        ROOT + ".metrics..",
                        ROOT + ".config..")
                .check(CLASSES);
    }

    @Test
    void rules_do_not_know_how_pods_look() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".task..", ROOT + ".forecast..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT + ".pod..")
                .check(CLASSES);
    }

    @Test
    void kafka_stays_in_progress() {
        noClasses()
                .that()
                .resideOutsideOfPackage(ROOT + ".progress..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.kafka..")
                .check(CLASSES);
    }

    @Test
    void progress_does_not_know_the_api_server() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".progress..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.fabric8.kubernetes.client..", ROOT + ".kube..")
                .check(CLASSES);
    }

    @Test
    void micrometer_stays_in_metrics_and_at_the_top() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".*..")
                .and()
                .resideOutsideOfPackage(ROOT + ".metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.micrometer..")
                .check(CLASSES);
    }

    @Test
    void metrics_know_nothing_of_where_the_figures_come_from() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".metrics..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.fabric8..",
                        "org.apache.kafka..",
                        ROOT + ".kube..",
                        ROOT + ".progress..",
                        ROOT + ".pod..",
                        ROOT + ".task..",
                        ROOT + ".batch..",
                        ROOT + ".config..")
                .check(CLASSES);
    }

    @Test
    void quarkus_is_known_at_the_top_alone() {
        noClasses()
                .that()
                .resideInAPackage(ROOT + ".*..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.quarkus..", "jakarta..")
                .check(CLASSES);
    }

    @Test
    void time_comes_from_the_clock() {
        noClasses()
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(LocalDateTime.class, "now")
                .orShould()
                .callMethod(ZonedDateTime.class, "now")
                .check(CLASSES);
    }

    @Test
    void nobody_sleeps() {
        noClasses().should().callMethod(Thread.class, "sleep", long.class).check(CLASSES);
    }
}
