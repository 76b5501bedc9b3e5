package dev.agenttask.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The Helm release of the operator, with the values that it was installed with.
 *
 * @param namespace that it is in
 * @param values as a file
 */
record Release(String namespace, Path values) {

    private static final String NAME = "agenttask";
    private static final Path CHART = Path.of("..", "charts", "agenttask");

    /** The release that {@code make install} made. */
    static Release of(Installation installation) throws Exception {
        var values = Files.createTempFile("values", ".yaml");
        var release = new Release(installation.namespace(), values);
        Files.writeString(values, release.helm("get", "values", NAME, "--output", "yaml"));
        return release;
    }

    /** Installs or upgrades it, with some values set besides its own, and waits until it has rolled out. */
    void upgrade(String... settings) throws Exception {
        var arguments = new ArrayList<>(List.of(
                "upgrade",
                NAME,
                CHART.toString(),
                "--install",
                "--skip-crds",
                "--values",
                values.toString(),
                "--wait",
                "--timeout",
                "4m"));
        for (var setting : settings) {
            arguments.addAll(List.of("--set", setting));
        }
        helm(arguments.toArray(String[]::new));
    }

    void uninstall() throws Exception {
        helm("uninstall", NAME, "--wait", "--timeout", "4m");
    }

    private String helm(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("helm", "--namespace", namespace));
        command.addAll(List.of(arguments));
        var errors = Files.createTempFile("helm", ".log");
        var process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as("%s: %s", String.join(" ", command), Files.readString(errors))
                .isZero();
        Files.delete(errors);
        return output;
    }
}
