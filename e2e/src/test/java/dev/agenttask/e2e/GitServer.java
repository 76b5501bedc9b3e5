package dev.agenttask.e2e;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A git server in the test's namespace: the one of the demo, with a user who may read and one who may push.
 *
 * @param installation of the operator
 * @param namespace that the server runs in
 * @param passwords of its users
 * @param pod that serves
 */
public record GitServer(Installation installation, TestNamespace namespace, Map<String, String> passwords, Pod pod) {

    static final String READER = "reader";
    static final String WRITER = "writer";

    /** A folder of repositories with a disk of its own, of 2 MiB: {@link #fillSmallDisk} fills it. */
    static final String SMALL_DISK = "small-disk";

    private static final String SMALL_DISK_MOUNT = "            - {name: small-disk, mountPath: /srv/git/small-disk}\n";
    private static final String SMALL_DISK_VOLUME =
            "        - {name: small-disk, emptyDir: {medium: Memory, sizeLimit: 2Mi}}\n";

    private static final Path ROOT = Path.of("..");
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(1);

    /** Deploys a server, and the Secrets {@code git-read} and {@code git-write} for tasks. */
    public static GitServer deploy(Installation installation, TestNamespace namespace) throws IOException {
        var client = namespace.client();
        var passwords = Map.of(
                READER, UUID.randomUUID().toString(), WRITER, UUID.randomUUID().toString());
        namespace.create(new SecretBuilder()
                .withNewMetadata()
                .withName("git-users")
                .endMetadata()
                .withStringData(passwords)
                .build());
        namespace.create(new ConfigMapBuilder()
                .withNewMetadata()
                .withName("git-repositories")
                .endMetadata()
                .build());
        var manifest = Files.readString(ROOT.resolve("examples/demo/git-server.yaml"))
                .replace("GIT_SERVER_IMAGE", image("GIT_SERVER_IMAGE"))
                .replace("          volumeMounts:\n", "          volumeMounts:\n" + SMALL_DISK_MOUNT)
                .replace("      volumes:\n", "      volumes:\n" + SMALL_DISK_VOLUME);
        client.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace.name())
                .create();
        client.apps()
                .deployments()
                .inNamespace(namespace.name())
                .withName("git")
                .waitUntilReady(2, TimeUnit.MINUTES);
        var pod = client.pods()
                .inNamespace(namespace.name())
                .withLabel("app", "git")
                .list()
                .getItems()
                .getFirst();
        var server = new GitServer(installation, namespace, passwords, pod);
        namespace.create(server.credential("git-read", READER, passwords.get(READER)));
        namespace.create(server.credential("git-write", WRITER, passwords.get(WRITER)));
        return server;
    }

    /** A credential for this server that may be sent to it over plain http. */
    Secret credential(String name, String user, String password) {
        return new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .addToAnnotations("agenttask.dev/hosts", "http://" + host())
                .endMetadata()
                .withType("kubernetes.io/basic-auth")
                .withStringData(Map.of("username", user, "password", password))
                .build();
    }

    String password(String user) {
        return passwords.get(user);
    }

    public String url(String repository) {
        return "http://" + host() + "/" + repository + ".git";
    }

    private String host() {
        return "git." + namespace.name() + ".svc";
    }

    /** The image that tasks run in by default. */
    public String agentImage() throws IOException {
        return image("AGENT_BASE_IMAGE");
    }

    /** An image that {@code images/build} has written down, such as {@code AGENT_BASE_IMAGE}. */
    static String image(String variable) throws IOException {
        return Files.readAllLines(ROOT.resolve("build/images/images.env")).stream()
                .filter(line -> line.startsWith(variable + "="))
                .map(line -> line.substring(variable.length() + 1))
                .findFirst()
                .orElseThrow();
    }

    /** Makes a repository whose branch {@code main} has one commit with the file {@code list}. */
    public void createRepository(String name) throws Exception {
        shell("""
                git init --quiet --bare --initial-branch=main $1
                git -C $1 config http.receivepack true
                blob=$(printf 'one\\ntwo\\n' | git -C $1 hash-object -w --stdin)
                tree=$(printf '100644 blob %s\\tlist\\n' $blob | git -C $1 mktree)
                commit=$(git -C $1 -c user.name=Ada -c user.email=ada@example.com commit-tree -m 'A list' $tree)
                git -C $1 update-ref refs/heads/main $commit
                """, name);
    }

    /** Every ref of a repository and what it points at, as the server has it. */
    public Map<String, String> refs(String repository) throws Exception {
        return git(repository, "for-each-ref", "--format=%(refname) %(objectname)")
                .lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }

    /** What a git command prints that runs in a repository on the server. */
    public String git(String repository, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("git", "-C", "/srv/git/" + repository + ".git"));
        command.addAll(List.of(arguments));
        return installation.exec(pod, "git", COMMAND_LIMIT, command.toArray(String[]::new));
    }

    /** The content of a file in a commit or at a ref. */
    String file(String repository, String commit, String path) throws Exception {
        return git(repository, "show", commit + ":" + path);
    }

    /** Waits until there is a file of that name at a ref. */
    void awaitFile(String repository, String ref, String path) throws Exception {
        var script = "until git -C $1 cat-file -e \"$2:$3\" 2>/dev/null; do sleep 0.1; done";
        var bare = "/srv/git/" + repository + ".git";
        installation.exec(pod, "git", COMMAND_LIMIT, "sh", "-euc", script, "sh", bare, ref, path);
    }

    /** The content of a file that {@code git fetch} brings into a clone, with the credential of a reader. */
    String fetched(String url, String ref, String path) throws Exception {
        var script = """
                clone=$(mktemp -d)
                git init --quiet $clone
                cd $clone
                user=$(printf 'reader:%s' "$(cat /etc/git-server/users/reader)" | base64)
                git -c http.extraHeader="Authorization: Basic $user" fetch --quiet "$1" "$2"
                git show "FETCH_HEAD:$3"
                """;
        return installation.exec(pod, "git", COMMAND_LIMIT, "sh", "-euc", script, "sh", url, ref, path);
    }

    /** What a shell script prints that runs on the server with the path of a repository as {@code $1}. */
    String shell(String script, String repository) throws Exception {
        return installation.exec(
                pod, "git", COMMAND_LIMIT, "sh", "-euc", script, "sh", "/srv/git/" + repository + ".git");
    }

    /** Leaves a few KiB of it, enough for a server to begin to store something. */
    void fillSmallDisk() throws Exception {
        shell("""
                cd /srv/git/small-disk
                ! cat /dev/zero >filler 2>/dev/null
                truncate -s $(($(stat -c %s filler) - 32768)) filler
                """, SMALL_DISK);
    }

    void emptySmallDisk() throws Exception {
        shell("rm /srv/git/small-disk/filler", SMALL_DISK);
    }

    /** The spec of a task whose agent runs a shell script and that has one check. */
    public String task(String repository, String script, String check) {
        return """
                repository:
                  url: %s
                  ref: main
                  credentialsSecret: git-write
                prompt: Change the list.
                agent:
                  type: command
                  command: [sh, -c, %s]
                verify:
                  commands: [{name: test, run: %s}]
                """.formatted(url(repository), quoted(script), quoted(check));
    }

    /**
     * The same with no check to speak of, and so small that many run side by side.
     *
     * @param limits of memory and others, as {@code memory: 256Mi}
     */
    String small(String repository, String script, String limits) {
        return task(repository, script, "true")
                + "resources: {requests: {cpu: 20m, memory: 32Mi}, limits: {cpu: \"1\", %s}}\n".formatted(limits);
    }

    /** The same with memory enough for a shell. */
    String small(String repository, String script) {
        return small(repository, script, "memory: 256Mi");
    }

    private static String quoted(String text) {
        return Serialization.asJson(text);
    }
}
