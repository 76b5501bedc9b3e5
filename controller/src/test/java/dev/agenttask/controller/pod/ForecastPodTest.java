package dev.agenttask.controller.pod;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.forecast.ForecastPlan;
import dev.agenttask.controller.task.Labels;
import dev.agenttask.controller.task.TestTasks;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastPodTest {

    @Test
    void the_objects_of_a_forecast_are_exactly_these() {
        var forecast = forecast("shop-git");
        Golden.check(
                "forecast",
                List.of(
                        ForecastPod.policy(forecast, TestSettings.PODS),
                        ForecastPod.secret(forecast),
                        ForecastPod.pod(forecast, TestSettings.PODS)));
    }

    @Test
    void it_is_not_taken_for_the_pod_of_a_task() {
        assertThat(ForecastPod.pod(forecast(""), TestSettings.PODS)
                        .getMetadata()
                        .getLabels())
                .doesNotContainKeys(Labels.TASK, Labels.TASK_UID, Labels.ATTEMPT);
    }

    @Test
    void without_a_credential_none_is_mounted() {
        var pod = ForecastPod.pod(forecast(""), TestSettings.PODS);
        assertThat(pod.getSpec().getVolumes()).extracting(Volume::getName).doesNotContain("git-read");
    }

    private static ForecastInput forecast(String secret) {
        var task = TestTasks.stored("pod: {nodeSelector: {pool: agents}, imagePullSecrets: [pull]}");
        var plan = new ForecastPlan(
                "https://git.example.com/acme/shop.git",
                "refs/heads/main",
                List.of(new ForecastPlan.Head("fix", "agenttask/fix-7d3f9", "2".repeat(40), "1".repeat(40))));
        return new ForecastInput("team", "forecast-0123-4567", "0123", plan, secret, List.of(task));
    }
}
