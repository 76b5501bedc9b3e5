package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.AgentTaskStatus;
import dev.agenttask.api.Condition;
import dev.agenttask.api.Phase;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody may try who can create AgentTasks in a namespace and nothing else there. */
class AuthorAttackClusterIT {

    /** Answers as {@code first} with a redirect to {@code second}, and writes down what was sent to each. */
    private static final String REDIRECTING_SERVER = """
            import http.server
            class Redirect(http.server.BaseHTTPRequestHandler):
                def do_GET(self):
                    with open("/tmp/seen", "a") as seen:
                        seen.write(f"{self.headers['Host']} {self.headers['Authorization']}\\n")
                    if "Authorization" not in self.headers:
                        self.send_response(401)
                        self.send_header("WWW-Authenticate", 'Basic realm="git"')
                    else:
                        self.send_response(302)
                        self.send_header("Location", f"http://second.NAMESPACE.svc:8080{self.path}")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                do_POST = do_GET
            http.server.ThreadingHTTPServer(("", 8080), Redirect).serve_forever()
            """;

    private static Installation installation;
    private static TestNamespace namespace;
    private static GitServer git;
    private static Attack attack;
    private static Kubectl kubectl;
    private static Pod redirecting;

    @BeforeAll
    static void attack() throws Exception {
        installation = Installation.connect();
        // As long as the name of a namespace may be.
        namespace = TestNamespace.create(installation.client(), "a".repeat(54));
        git = GitServer.deploy(installation, namespace);
        git.createRepository("shop");
        attack = new Attack(git, "shop");
        redirecting = deployRedirectingServer();
        kubectl = new Kubectl(namespace.name());
        var credential = git.credential("for-first", GitServer.WRITER, git.password(GitServer.WRITER));
        credential.getMetadata().getAnnotations().put("agenttask.dev/hosts", host("first"));
        namespace.create(credential);
        task("redirected", withSecret("for-first").replace(git.url("shop"), host("first") + "/shop.git"));
    }

    @AfterAll
    static void remove() {
        namespace.close();
        installation.close();
    }

    @Test
    void a_url_that_redirects_to_another_host_fails_the_task_and_the_credential_never_arrives_there() throws Exception {
        var status = namespace.awaitFinished("redirected");

        assertThat(status.latestAttempt().orElseThrow().reason()).isEqualTo("RepositoryMoved");
        assertThat(installation.exec(redirecting, "server", Duration.ofMinutes(1), "cat", "/tmp/seen"))
                .contains("first." + namespace.name() + ".svc:8080 Basic ")
                .doesNotContain("second.");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            labels            | {labels: {app: git}}                                         | spec.pod.labels[app]
            reserved-labels   | {labels: {agenttask.dev/reachable-by-tasks: "true"}}         | reserved prefix
            a-namespaced-one  | {labels: {example.com/app: git}}                             | spec.pod.labels[example.com/app]
            annotations       | {annotations: {sidecar.istio.io/inject: "true"}}             | spec.pod.annotations
            runtime-class     | {runtimeClassName: privileged}                               | spec.pod.runtimeClassName
            tolerations       | {tolerations: [{operator: Exists}]}                          | spec.pod.tolerations
            priority          | {priorityClassName: system-node-critical}                    | spec.pod.priorityClassName
            """)
    void what_the_operator_does_not_permit_about_the_pod_is_refused_and_no_pod_is_made(
            String name, String pod, String words) {
        task("pod-" + name, git.task("shop", "true", "true") + "pod: " + pod + "\n");

        var status = namespace.awaitFinished("pod-" + name);

        assertThat(status.phase()).isEqualTo(Phase.FAILED);
        assertThat(status.condition(Condition.SUCCEEDED).orElseThrow().message())
                .contains(words);
        assertThat(status.attempts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hostNetwork: true",
                "hostPID: true",
                "hostPath: /",
                "serviceAccountName: default",
                "automountServiceAccountToken: true",
                "securityContext: {runAsUser: 0}",
                "nodeName: agenttask",
                "volumes: [{name: root, hostPath: {path: /}}]",
                "containers: [{name: more, image: more}]"
            })
    void a_field_of_a_pod_that_no_author_may_set_does_not_exist(String field) throws Exception {
        var yaml = manifest("no-such-field", git.task("shop", "true", "true") + "pod: {" + field + "}\n");

        assertThat(kubectl.run(yaml, "apply", "-f", "-")).contains("unknown field \"spec.pod.");
        assertThat(namespace.task("no-such-field").get()).isNull();
    }

    @Test
    void a_secret_of_another_namespace_or_without_the_hosts_annotation_is_not_used() {
        var unannotated = git.credential("unannotated", GitServer.WRITER, git.password(GitServer.WRITER));
        unannotated.getMetadata().setAnnotations(Map.of());
        namespace.create(unannotated);
        task("unannotated", withSecret("unannotated"));
        task("of-the-operator", withSecret("agenttask-kafka-users"));

        assertThat(reason(namespace.awaitFinished("unannotated"), Condition.SUCCEEDED))
                .isEqualTo("CredentialNotForHost");
        assertThat(reason(
                        namespace.await("of-the-operator", status -> status.condition(Condition.ADMITTED)
                                .filter(c -> c.status().equals("False"))
                                .isPresent()),
                        Condition.ADMITTED))
                .isEqualTo("SecretNotFound");
    }

    @Test
    void a_branch_that_others_work_on_is_not_overwritten() throws Exception {
        task("takes-main", git.task("shop", "rm list; echo mine > mine", "true") + "delivery: {branch: main}\n");

        var status = namespace.awaitFinished("takes-main");

        assertThat(status.latestAttempt().orElseThrow().reason()).isEqualTo("BranchTaken");
        assertThat(git.refs("shop"))
                .containsEntry("refs/heads/main", status.base().commit());
    }

    @Test
    void a_prompt_of_the_longest_kind_arrives_whole_under_names_of_the_longest_kind_by_kubectl_apply()
            throws Exception {
        // The title of the commit is cut in the middle of a character of two code units.
        var start = "x".repeat(68) + "\uD83D\uDE00".repeat(9);
        var line =
                "\"It's\" $(HOME) `id` ${x} \\n \\\\ 'q' \t \u0001 \u200f\u202e \u00e9\u4e2d\ud83d\ude00 <&> {{ }} %s \r\n";
        var prompt = new StringBuilder(start).append('\n');
        while (prompt.codePointCount(0, prompt.length()) + line.length() < 65_536) {
            prompt.append(line);
        }
        var script = "cp $AGENTTASK_PROMPT copy";
        var name = "b".repeat(63);
        var spec = attack.spec(List.of("sh", "-c", script), Map.of(), Map.of("c".repeat(63), "test -s copy"));
        var yaml = manifest(name, spec.replace("\"Do harm.\"", Serialization.asJson(prompt.toString())));

        assertThat(kubectl.run(yaml, "apply", "-f", "-")).contains("created");
        var status = namespace.awaitFinished(name);

        assertThat(status.phase()).as(Serialization.asYaml(status)).isEqualTo(Phase.SUCCEEDED);
        assertThat(attack.file(status.result().commit(), "copy")).isEqualTo(prompt.toString());
        assertThat(git.git("shop", "log", "--format=%s", "-1", status.result().commit())
                        .strip())
                .isEqualTo("x".repeat(68) + "...");
        assertThat(git.refs("shop")).containsKey("refs/heads/" + status.result().branch());
    }

    /** One pod with two names. */
    private static Pod deployRedirectingServer() throws Exception {
        var script = REDIRECTING_SERVER.replace("NAMESPACE", namespace.name());
        var pod = """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: redirecting
                  labels: {app: redirecting, agenttask.dev/reachable-by-tasks: "true"}
                spec:
                  automountServiceAccountToken: false
                  securityContext: {runAsNonRoot: true, runAsUser: 65532, seccompProfile: {type: RuntimeDefault}}
                  containers:
                    - name: server
                      image: %s
                      command: [python3, -c, %s]
                      securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
                      readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1}
                      resources: {requests: {cpu: 10m, memory: 32Mi}, limits: {memory: 128Mi}}
                """.formatted(git.agentImage(), Serialization.asJson(script));
        for (var name : List.of("first", "second")) {
            namespace.create(new ServiceBuilder()
                    .withNewMetadata()
                    .withName(name)
                    .endMetadata()
                    .withNewSpec()
                    .addToSelector("app", "redirecting")
                    .addNewPort()
                    .withPort(8080)
                    .endPort()
                    .endSpec()
                    .build());
        }
        namespace.create(Serialization.unmarshal(pod, Pod.class));
        return namespace
                .client()
                .pods()
                .inNamespace(namespace.name())
                .withName("redirecting")
                .waitUntilReady(2, TimeUnit.MINUTES);
    }

    private static String withSecret(String secret) {
        return git.task("shop", "true", "true").replace("credentialsSecret: git-write", "credentialsSecret: " + secret);
    }

    private static String reason(AgentTaskStatus status, String condition) {
        return status.condition(condition).orElseThrow().reason();
    }

    private static void task(String name, String spec) {
        namespace.apply(name, spec);
    }

    private static String manifest(String name, String spec) {
        return "apiVersion: agenttask.dev/v1alpha1\nkind: AgentTask\nmetadata: {name: %s}\nspec:\n%s"
                .formatted(name, spec.indent(2));
    }

    private static String host(String service) {
        return "http://" + service + "." + namespace.name() + ".svc:8080";
    }
}
