package dev.agenttask.cli.command;

import dev.agenttask.api.AgentTask;
import dev.agenttask.cli.git.FetchedRepository;
import dev.agenttask.cli.git.GitCredential;
import dev.agenttask.cli.kube.Cluster;
import dev.agenttask.cli.kube.RepositoryAccess;
import java.util.Optional;

/** The repositories of tasks, with the credential of the task where the user may read it. */
final class Repositories {

    private Repositories() {}

    static FetchedRepository of(Cluster cluster, AgentTask task) {
        var access = RepositoryAccess.of(cluster, task);
        var credential = access.anonymous()
                ? Optional.<GitCredential>empty()
                : Optional.of(new GitCredential(access.username(), access.password()));
        return FetchedRepository.of(task.getSpec().repository().url(), credential);
    }
}
