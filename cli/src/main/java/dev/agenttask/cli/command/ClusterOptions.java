package dev.agenttask.cli.command;

import dev.agenttask.cli.kube.Cluster;
import dev.agenttask.cli.kube.ClusterAddress;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which cluster and namespace, with the options of kubectl. */
final class ClusterOptions {

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "The namespace. Default: the one of the context.")
    private Optional<String> namespace = Optional.empty();

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The context of the kubeconfig. Default: the current one.")
    private Optional<String> context = Optional.empty();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The kubeconfig. Default: KUBECONFIG, or ~/.kube/config.")
    private Optional<Path> kubeconfig = Optional.empty();

    Cluster connect() {
        return Cluster.at(new ClusterAddress(kubeconfig, context, namespace));
    }

    /** The namespace that was given on the command line. */
    Optional<String> namespace() {
        return namespace;
    }

    /** These options again, for a command that the user may give next. */
    String again(String namespaceOfTasks) {
        return " --namespace " + namespaceOfTasks
                + context.map(name -> " --context " + name).orElse("")
                + kubeconfig.map(file -> " --kubeconfig " + file).orElse("");
    }
}
