package dev.agenttask.e2e.soak;

import dev.agenttask.e2e.GitServer;
import dev.agenttask.e2e.TestNamespace;
import dev.agenttask.e2e.soak.RoundRecord.AgentRun;
import dev.agenttask.e2e.soak.RoundRecord.Commit;
import dev.agenttask.e2e.soak.RoundRecord.Repository;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** The git server of a round. It is spared, and so it is also the witness: each run of an agent stands in its log. */
final class Forge {

    private static final String REPOSITORY = "shop";
    private static final Pattern RUN = Pattern.compile("GET /healthz[?]?pod=(\\S+)&run=(\\S+) 200");
    private static final String END_OF_FIELD = "\u001f";
    private static final String END_OF_COMMIT = "\u001e";

    private final TestNamespace namespace;
    private final GitServer server;

    Forge(TestNamespace namespace, GitServer server) throws Exception {
        this.namespace = namespace;
        this.server = server;
        server.createRepository(REPOSITORY);
    }

    /** The spec of a task. Earlier ones have a higher priority, so that they start in the order of the plan. */
    String spec(TaskPlan task) {
        var recorder = server.url("").replaceAll("/[.]git$", "/healthz");
        return server.task(REPOSITORY, task.kind().script(recorder), task.kind().check())
                + """
                priority: %d
                retry: {infrastructure: %d, agent: %d, backoff: 1s}
                resources: {requests: {cpu: 20m, memory: 32Mi}, limits: {cpu: "2", memory: 512Mi}}
                """.formatted(
                                1000 - task.number(),
                                TaskKind.INFRASTRUCTURE_RETRIES,
                                task.kind().agentRetries());
    }

    Repository repository() throws Exception {
        Map<String, Commit> commits = new HashMap<>();
        var log = server.git(REPOSITORY, "log", "--branches", "--format=%H%x1f%P%x1f%B%x1e");
        for (var commit : log.split(END_OF_COMMIT)) {
            var fields = commit.strip().split(END_OF_FIELD, 3);
            if (fields.length == 3) {
                commits.put(fields[0], new Commit(Arrays.asList(fields[1].split(" ")), fields[2]));
            }
        }
        return new Repository(server.refs(REPOSITORY), Map.copyOf(commits));
    }

    /** Every run of an agent; one that asked twice, as an answer was lost, is one. */
    List<AgentRun> runs() {
        var log = namespace
                .client()
                .pods()
                .resource(server.pod())
                .inContainer("git")
                .getLog();
        return RUN.matcher(log)
                .results()
                .map(match -> new AgentRun(match.group(1), match.group(2)))
                .distinct()
                .toList();
    }
}
