package dev.agenttask.controller.kube;

import dev.agenttask.api.Texts;
import dev.agenttask.controller.task.Decision.TaskEvent;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes events on tasks and batches, as {@code kubectl describe} shows them. It works beside the reconciliations, and an event that
 * cannot be written is lost: the status tells the same.
 */
final class EventRecorder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);
    private static final String COMPONENT = "agenttask-controller";
    private static final int MAX_MESSAGE = 1024;
    private static final int MAX_WAITING = 1000;

    private final KubernetesClient client;
    private final ThreadPoolExecutor writer;

    EventRecorder(KubernetesClient client) {
        this.client = client;
        this.writer = new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.MINUTES,
                new LinkedBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().name("event-recorder").daemon().factory(),
                new ThreadPoolExecutor.DiscardOldestPolicy());
    }

    void record(HasMetadata resource, TaskEvent event, Instant time) {
        writer.execute(() -> write(event(resource, event, time)));
    }

    /** Writes what is waiting, for a few seconds at most. */
    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(3, TimeUnit.SECONDS)) {
                writer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Event event) {
        try {
            client.resource(event).create();
        } catch (KubernetesClientException e) {
            LOG.debug("An event was not written: {} {}", event.getReason(), e.getMessage());
        }
    }

    private static Event event(HasMetadata resource, TaskEvent event, Instant time) {
        var metadata = resource.getMetadata();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(metadata.getNamespace())
                .withGenerateName(metadata.getName() + ".")
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion(resource.getApiVersion())
                .withKind(resource.getKind())
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .withResourceVersion(metadata.getResourceVersion())
                .endInvolvedObject()
                .withType(event.warning() ? "Warning" : "Normal")
                .withReason(event.reason())
                .withMessage(Texts.cut(event.message(), MAX_MESSAGE))
                .withFirstTimestamp(time.toString())
                .withLastTimestamp(time.toString())
                .withCount(1)
                .withNewSource()
                .withComponent(COMPONENT)
                .endSource()
                .withReportingComponent(COMPONENT)
                .withReportingInstance(COMPONENT)
                .build();
    }
}
