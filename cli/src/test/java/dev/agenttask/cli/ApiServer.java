package dev.agenttask.cli;

import dev.agenttask.cli.manifest.Kind;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real kube-apiserver on a real etcd with the CRDs in it, one for all tests of a run. There is no operator: tests play it
 * by writing the status.
 */
public final class ApiServer implements ParameterResolver {

    private static final Path CRDS = Path.of("..", "crds");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(Running.class, type -> new Running(), Running.class);
    }

    /** The running server. */
    public static final class Running implements AutoCloseable {

        private final KubeAPIServer server;
        private final KubernetesClient client;
        private final Path kubeconfig;

        private Running() {
            var version = System.getenv("KUBE_API_TEST_API_SERVER_VERSION");
            if (version == null) {
                throw new IllegalStateException(
                        "There is no kube-apiserver to test with. Run: env $(cluster/api-test-dir) scripts/mvn verify");
            }
            server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                    .withApiServerVersion(version)
                    .withWaitForEtcdHealthCheckOnStartup(true)
                    .withUpdateKubeConfig(false)
                    .build());
            server.start();
            client = new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                    .build();
            try {
                kubeconfig = Files.writeString(Files.createTempFile("kubeconfig", ".yaml"), server.getKubeConfigYaml());
                for (var kind : Kind.values()) {
                    install(CRDS.resolve(kind.plural() + ".agenttask.dev-v1.yml"));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void install(Path file) throws IOException {
            var crd = client.getKubernetesSerialization()
                    .<CustomResourceDefinition>unmarshal(Files.readString(file), CustomResourceDefinition.class);
            client.resource(crd).create();
            client.apiextensions()
                    .v1()
                    .customResourceDefinitions()
                    .resource(crd)
                    .waitUntilCondition(Running::served, 20, TimeUnit.SECONDS);
        }

        public KubernetesClient client() {
            return client;
        }

        /** A file that leads to this server. */
        public Path kubeconfig() {
            return kubeconfig;
        }

        /** A namespace that no other test uses. */
        public String namespace() {
            return client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withGenerateName("test-")
                            .endMetadata()
                            .build())
                    .create()
                    .getMetadata()
                    .getName();
        }

        @Override
        public void close() throws IOException {
            client.close();
            server.stop();
            Files.delete(kubeconfig);
        }

        private static boolean served(CustomResourceDefinition crd) {
            return crd != null
                    && crd.getStatus() != null
                    && crd.getStatus().getConditions() != null
                    && crd.getStatus().getConditions().stream()
                            .anyMatch(c -> c.getType().equals("Established")
                                    && c.getStatus().equals("True"));
        }
    }
}
