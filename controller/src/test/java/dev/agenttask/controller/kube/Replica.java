package dev.agenttask.controller.kube;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.InstantSource;
import java.util.Optional;

/** One of several controllers of which one works, as a process of its own would be. */
final class Replica implements AutoCloseable {

    private final ApiServer.Running server;
    private final String namespace;
    private final KubernetesClient client;
    private final LeaderElection election;
    private volatile boolean cutOff;
    private volatile Optional<Controller> working = Optional.empty();
    private volatile long elected;
    private volatile long stopped;

    private Replica(ApiServer.Running server, String namespace, String identity) {
        this.server = server;
        this.namespace = namespace;
        this.client = server.client(b -> b.addOrReplaceInterceptor("cable", new Cable()));
        this.election = new LeaderElection(
                client, TestRules.lease(namespace, identity), InstantSource.system(), this::work, this::stop);
    }

    static Replica start(ApiServer.Running server, String namespace, String identity) {
        var replica = new Replica(server, namespace, identity);
        replica.election.start();
        return replica;
    }

    boolean leads() {
        return election.leads();
    }

    boolean inTouch() {
        return election.inTouch();
    }

    /** Whether it works on tasks. */
    boolean works() {
        return working.filter(Controller::ready).isPresent();
    }

    /** {@link System#nanoTime} at which it was elected. */
    long elected() {
        return elected;
    }

    /** {@link System#nanoTime} at which it was told to stop, because it had lost the lease. */
    long stopped() {
        return stopped;
    }

    /** From now on it does not reach the API server. */
    void cutOff() {
        cutOff = true;
    }

    /** Ends it as kill -9 does: the lease stays as it is. */
    void kill() {
        cutOff();
        end();
    }

    /** Ends it as SIGTERM does. */
    @Override
    public void close() {
        end();
        election.close();
        client.close();
    }

    private synchronized void work(String lease) {
        elected = System.nanoTime();
        working = Optional.of(Controller.start(server, namespace));
    }

    private void stop() {
        stopped = System.nanoTime();
        end();
    }

    private synchronized void end() {
        working.ifPresent(Controller::close);
        working = Optional.empty();
    }

    private final class Cable implements Interceptor {

        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (cutOff) {
                throw new IllegalStateException("no route to the API server");
            }
        }
    }
}
