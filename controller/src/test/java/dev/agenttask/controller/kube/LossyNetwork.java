package dev.agenttask.controller.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A network that carries a request to the API server and loses the answer, or does something before it arrives. */
final class LossyNetwork implements Interceptor {

    private final KubernetesClient through;
    private final AtomicReference<Predicate<HttpRequest>> answerLost = new AtomicReference<>(r -> false);
    private final AtomicReference<Predicate<HttpRequest>> repeated = new AtomicReference<>(r -> false);
    private final AtomicReference<Delay> delay = new AtomicReference<>(new Delay(r -> false, () -> {}));
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicReference<Predicate<HttpRequest>> refused = new AtomicReference<>(r -> false);
    private final AtomicInteger refusals = new AtomicInteger();

    /**
     * @param through a client with a good network
     */
    LossyNetwork(KubernetesClient through) {
        this.through = through;
    }

    private record Delay(Predicate<HttpRequest> request, Runnable meanwhile) {}

    /** Loses the answer to the next request of this method whose path ends so. */
    void loseNextAnswer(String method, String pathEnd) {
        answerLost.set(matching(method, pathEnd));
    }

    /** Has the next request of this method whose path ends so arrive twice, as when a client tries again by itself. */
    void repeatNext(String method, String pathEnd) {
        repeated.set(matching(method, pathEnd));
    }

    /** Does something before the next request of this method whose path ends so arrives. */
    void beforeNext(String method, String pathEnd, Runnable meanwhile) {
        delay.set(new Delay(matching(method, pathEnd), meanwhile));
    }

    /** From now on nothing is made by requests of this method whose path ends so, if a name begins so. */
    void refuse(String method, String pathEnd, String name) {
        refused.set(request ->
                matching(method, pathEnd).test(request) && request.bodyString().contains("\"name\":\"" + name + "-"));
    }

    void awaitRefused() {
        Awaitility.await().atMost(Controller.PATIENCE).until(() -> refusals.get() > 0);
    }

    /** How many answers were lost. */
    int lost() {
        return lost.get();
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (refused.get().test(request)) {
            refusals.incrementAndGet();
            throw new IllegalStateException("a webhook of the cluster does not answer");
        }
        var late = delay.get();
        if (late.request().test(request) && delay.compareAndSet(late, new Delay(r -> false, () -> {}))) {
            late.meanwhile().run();
        }
        var unanswered = answerLost.get();
        if (unanswered.test(request) && answerLost.compareAndSet(unanswered, r -> false)) {
            carry(request);
            throw new IllegalStateException("the connection broke before the answer came");
        }
        var twice = repeated.get();
        if (twice.test(request) && repeated.compareAndSet(twice, r -> false)) {
            carry(request);
        }
    }

    private void carry(HttpRequest request) {
        lost.incrementAndGet();
        through.raw(
                request.uri().getRawPath(), request.method(), Serialization.unmarshal(request.bodyString(), Map.class));
    }

    private static Predicate<HttpRequest> matching(String method, String pathEnd) {
        return request ->
                request.method().equals(method) && request.uri().getPath().endsWith(pathEnd);
    }
}
