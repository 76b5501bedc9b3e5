package dev.agenttask.e2e.soak;

import dev.agenttask.e2e.GitServer;
import dev.agenttask.e2e.soak.RoundRecord.Commit;
import dev.agenttask.e2e.soak.RoundRecord.Repository;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The git server of a round, which is spared: it stands for a forge outside the cluster. */
final class Forge {

    private static final String REPOSITORY = "shop";
    private static final String END_OF_FIELD = "\u001f";
    private static final String END_OF_COMMIT = "\u001e";

    private final GitServer server;

    Forge(GitServer server) throws Exception {
        this.server = server;
        server.createRepository(REPOSITORY);
    }

    /** The spec of a task. Earlier ones have a higher priority, so that they start in the order of the plan. */
    String spec(TaskPlan task, String recorder) {
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
}
