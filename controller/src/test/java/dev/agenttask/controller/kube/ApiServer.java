package dev.agenttask.controller.kube;

import dev.agenttask.api.AgentTaskJson;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real kube-apiserver on a real etcd with the CRDs in it, one for all tests of a run. There is no kubelet, no
 * scheduler and no garbage collector: tests play them.
 */
final class ApiServer implements ParameterResolver {

    private static final Path CRDS = Path.of("..", "crds");

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Running.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(Running.class, type -> start(), Running.class);
    }

    private static Running start() {
        var version = System.getenv("KUBE_API_TEST_API_SERVER_VERSION");
        if (version == null) {
            throw new IllegalStateException(
                    "There is no kube-apiserver to test with. Run: env $(cluster/api-test-dir) scripts/mvn verify");
        }
        var server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withApiServerVersion(version)
                .withWaitForEtcdHealthCheckOnStartup(true)
                .withUpdateKubeConfig(false)
                .build());
        server.start();
        return new Running(server);
    }

    /** The running server. */
    static final class Running implements AutoCloseable {

        private final KubeAPIServer server;
        private final KubernetesClient client;

        private Running(KubeAPIServer server) {
            this.server = server;
            this.client = client(builder -> {});
            crds().forEach(crd -> {
                client.resource(crd).create();
                client.apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .resource(crd)
                        .waitUntilCondition(Running::served, 20, TimeUnit.SECONDS);
            });
        }

        private List<CustomResourceDefinition> crds() {
            try (var files = Files.list(CRDS)) {
                return files.map(file -> client.getKubernetesSerialization()
                                .<CustomResourceDefinition>unmarshal(read(file), CustomResourceDefinition.class))
                        .toList();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        KubernetesClient client() {
            return client;
        }

        KubernetesClient client(Consumer<HttpClient.Builder> customizer) {
            return new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
                    .withHttpClientFactory(new VertxHttpClientFactory())
                    .withKubernetesSerialization(AgentTaskJson.ofResources())
                    .withHttpClientBuilderConsumer(customizer)
                    .build();
        }

        /** A namespace that no other test uses. */
        String namespace() {
            return client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withGenerateName("test-")
                            .endMetadata()
                            .build())
                    .create()
                    .getMetadata()
                    .getName();
        }

        /** What kubectl prints, its errors included. */
        String kubectl(String input, String... arguments) {
            try {
                var config = Files.createTempFile("kubeconfig", ".yaml");
                Files.writeString(config, server.getKubeConfigYaml());
                var command = new ArrayList<>(List.of(kubectl(), "--kubeconfig", config.toString()));
                command.addAll(List.of(arguments));
                var process =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                try (var stdin = process.outputWriter()) {
                    stdin.write(input);
                }
                var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                Files.delete(config);
                return output;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            client.close();
            server.stop();
        }

        private static String kubectl() {
            return Path.of(
                            System.getenv("KUBE_API_TEST_DIR"),
                            "k8s",
                            System.getenv("KUBE_API_TEST_API_SERVER_VERSION") + "-linux-amd64",
                            "kubectl")
                    .toString();
        }

        private static boolean served(CustomResourceDefinition crd) {
            return crd != null
                    && crd.getStatus() != null
                    && crd.getStatus().getConditions() != null
                    && crd.getStatus().getConditions().stream()
                            .anyMatch(c -> c.getType().equals("Established")
                                    && c.getStatus().equals("True"));
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
