package dev.agenttask.e2e.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class StepTest {

    @Test
    void a_pod_is_at_the_first_container_that_has_not_ended() {
        assertThat(Step.of(new Pod())).isEqualTo(Step.CLONE);
        assertThat(Step.of(pod("Pending", running("clone")))).isEqualTo(Step.CLONE);
        assertThat(Step.of(pod("Pending", ended("clone"), running("worker"), running("agent"))))
                .isEqualTo(Step.AGENT);
        assertThat(Step.of(pod("Pending", ended("clone"), running("worker"), ended("agent"))))
                .isEqualTo(Step.VERIFY);
        assertThat(Step.of(pod("Running", ended("clone"), ended("agent"), ended("verify"))))
                .isEqualTo(Step.DELIVER);
        assertThat(Step.of(pod("Running", ended("clone"), ended("agent"), ended("verify"), ended("deliver"))))
                .isEqualTo(Step.OVER);
    }

    @Test
    void a_pod_that_failed_is_over_whatever_did_not_run() {
        assertThat(Step.of(pod("Failed", ended("clone")))).isEqualTo(Step.OVER);
    }

    private static Pod pod(String phase, ContainerStatus... containers) {
        return new PodBuilder()
                .withNewStatus()
                .withPhase(phase)
                .withInitContainerStatuses(containers)
                .endStatus()
                .build();
    }

    private static ContainerStatus running(String name) {
        return new ContainerStatusBuilder()
                .withName(name)
                .withNewState()
                .withNewRunning()
                .endRunning()
                .endState()
                .build();
    }

    private static ContainerStatus ended(String name) {
        return new ContainerStatusBuilder()
                .withName(name)
                .withNewState()
                .withNewTerminated()
                .endTerminated()
                .endState()
                .build();
    }
}
