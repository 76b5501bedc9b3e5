package dev.agenttask.controller.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.FailureClass;
import dev.agenttask.controller.task.ObservedPod.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PodReaderTest {

    private static final Pod POD = Serialization.unmarshal("""
            apiVersion: v1
            kind: Pod
            metadata:
              name: fix-1-abc
              namespace: team
              uid: 11111111-2222-4333-8444-555555555555
              creationTimestamp: "2026-01-01T10:00:00Z"
              deletionTimestamp: "2026-01-01T10:05:00Z"
              finalizers: [agenttask.dev/outcome]
              annotations:
                agenttask.dev/stop: '{"failureClass":"Cancelled","reason":"Suspended","message":"m","at":"2026-01-01T10:04:00Z"}'
              labels: {agenttask.dev/attempt: "3"}
              ownerReferences:
              - {apiVersion: agenttask.dev/v1alpha1, kind: AgentTask, name: fix, uid: task-uid, controller: true}
            spec:
              nodeName: node-1
              initContainers:
              - {name: clone, image: worker}
              - {name: agent, image: toolchain}
              containers:
              - {name: deliver, image: worker}
            status:
              phase: Failed
              reason: Evicted
              message: The node was low on resource.
              conditions:
              - {type: DisruptionTarget, status: "True", reason: TerminationByKubelet}
              - {type: PodScheduled, status: "True", lastTransitionTime: "2026-01-01T10:00:02Z"}
              initContainerStatuses:
              - name: clone
                restartCount: 0
                state:
                  terminated:
                    {exitCode: 0, reason: Completed, message: "{}", startedAt: "2026-01-01T10:00:05Z", finishedAt: "2026-01-01T10:00:09Z"}
              - name: agent
                restartCount: 0
                state: {running: {startedAt: "2026-01-01T10:00:10Z"}}
            """, Pod.class);

    @Test
    void everything_that_matters_is_read() {
        var pod = PodReader.read(POD);
        assertThat(pod.attempt()).isEqualTo(3);
        assertThat(pod.held()).isTrue();
        assertThat(pod.deletedAt()).contains(Instant.parse("2026-01-01T10:05:00Z"));
        assertThat(pod.stop().orElseThrow().failureClass()).isEqualTo(FailureClass.CANCELLED);
        assertThat(pod.scheduling().placed()).isTrue();
        assertThat(pod.reason()).isEqualTo("Evicted");
        assertThat(pod.disruption()).isEqualTo("TerminationByKubelet");
        assertThat(pod.ended("clone").orElseThrow().at()).contains(Instant.parse("2026-01-01T10:00:09Z"));
        assertThat(pod.containers().get("agent").image()).isEqualTo("toolchain");
        assertThat(pod.containers().get("deliver").state()).isEqualTo(new ContainerState.Waiting("", ""));
        assertThat(pod.step()).isEqualTo("agent");
        assertThat(pod.lastChange()).isEqualTo(Instant.parse("2026-01-01T10:00:10Z"));
    }

    @Test
    void a_pod_belongs_to_the_task_whose_uid_controls_it() {
        assertThat(PodReader.belongsTo(POD, "task-uid")).isTrue();
        assertThat(PodReader.belongsTo(POD, "other-uid")).isFalse();
    }

    @Test
    void a_pod_that_names_a_task_only_by_label_does_not_belong_to_it() {
        var pretender = Serialization.clone(POD);
        pretender.getMetadata().getOwnerReferences().getFirst().setController(false);
        pretender.getMetadata().getLabels().put(Labels.TASK_UID, "task-uid");
        assertThat(PodReader.belongsTo(pretender, "task-uid")).isFalse();
    }

    @Test
    void a_stop_that_someone_else_wrote_is_ignored() {
        var tampered = Serialization.clone(POD);
        tampered.getMetadata().getAnnotations().put(Labels.STOP, "{\"reason\":\"Cancelled\"}");
        assertThat(PodReader.read(tampered).stop()).isEmpty();
        tampered.getMetadata().getAnnotations().put(Labels.STOP, "not json");
        assertThat(PodReader.read(tampered).stop()).isEmpty();
    }
}
