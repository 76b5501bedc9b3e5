package dev.agenttask.e2e;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A git server in front of another one that behaves as the first part of a URL's path says. The script is in the test
 * resources, under {@code hostile}.
 *
 * @param git the honest server
 */
record HostileGitServer(GitServer git) {

    /** An address whose host has no name. */
    static final String UNKNOWN = "http://git.nowhere.invalid/shop.git";

    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata:
              name: hostile
              labels: {app: hostile, agenttask.dev/reachable-by-tasks: "true"}
            spec:
              automountServiceAccountToken: false
              securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
              containers:
                - name: hostile
                  image: IMAGE
                  command: [python3, -u, /etc/hostile/server.py]
                  securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                  readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                  resources: {requests: {cpu: 10m, memory: 32Mi}, limits: {memory: 128Mi}}
                  volumeMounts: [{name: script, mountPath: /etc/hostile}]
              volumes: [{name: script, configMap: {name: hostile}}]
            """;

    private static final String MOVING = """
            apiVersion: v1
            kind: Service
            metadata: {name: moving}
            spec:
              selector: {app: git}
              ports: [{name: http, port: 80, targetPort: 8080}]
            """;

    /** The file is there from the first request on. */
    private static final String COUNT =
            "request=$1; count() { cat /tmp/requests 2>/dev/null | grep -cF \"$request\"; }; ";

    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: hostile}
            spec:
              clusterIP: None
              selector: {app: hostile}
              ports: [{name: http, port: 8080}]
            """;

    /** Deploys it beside the honest one. */
    static HostileGitServer deploy(GitServer git) throws IOException {
        var namespace = git.namespace();
        try (var script = HostileGitServer.class.getResourceAsStream("/hostile/git-server.py")) {
            namespace.create(new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("hostile")
                    .endMetadata()
                    .addToData("server.py", new String(script.readAllBytes(), StandardCharsets.UTF_8))
                    .build());
        }
        namespace.create(Serialization.unmarshal(SERVICE, Service.class));
        namespace.create(Serialization.unmarshal(MOVING, Service.class));
        namespace.create(Serialization.unmarshal(POD.replace("IMAGE", git.agentImage()), Pod.class));
        namespace
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withName("hostile")
                .waitUntilReady(2, TimeUnit.MINUTES);
        return new HostileGitServer(git);
    }

    /** Where a repository is served in that way. */
    String url(String behaviour, String repository) {
        return "http://" + host() + ":8080/" + behaviour + "/" + repository + ".git";
    }

    /** Where nobody listens. */
    String closed(String repository) {
        return "http://" + host() + ":8081/" + repository + ".git";
    }

    /** Where the honest server is, until this one takes over and says that it is away. */
    String movingUrl(String repository) {
        return "http://" + movingHost() + "/" + repository + ".git";
    }

    void takeOver() {
        select("hostile");
    }

    void giveBack() {
        select("git");
    }

    private void select(String app) {
        var moving = git.namespace()
                .client()
                .services()
                .inNamespace(git.namespace().name())
                .withName("moving");
        moving.edit(service -> {
            service.getSpec().setSelector(Map.of("app", app));
            return service;
        });
    }

    /** How many requests of that method and path the server has answered so far. */
    int requests(String request) throws Exception {
        return Integer.parseInt(shell(COUNT + "count || true", request).strip());
    }

    /** Waits until the server has answered more of them than that. */
    void awaitMore(String request, int before) throws Exception {
        shell(COUNT + "until [ \"$(count)\" -gt $2 ]; do sleep 0.1; done", request, Integer.toString(before));
    }

    private String shell(String script, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        var pod = git.namespace()
                .client()
                .pods()
                .inNamespace(git.namespace().name())
                .withName("hostile")
                .get();
        return git.installation().exec(pod, "hostile", TestNamespace.PATIENCE, command.toArray(String[]::new));
    }

    /** A credential that may be sent to every address here. */
    Secret credential(String name, String user, String password) {
        var credential = git.credential(name, user, password);
        var hosts = "http://git.nowhere.invalid,http://%1$s:8080,http://%1$s:8081,http://%2$s"
                .formatted(host(), movingHost());
        credential.getMetadata().getAnnotations().put("agenttask.dev/hosts", hosts);
        return credential;
    }

    private String movingHost() {
        return "moving." + git.namespace().name() + ".svc";
    }

    private String host() {
        return "hostile." + git.namespace().name() + ".svc";
    }
}
