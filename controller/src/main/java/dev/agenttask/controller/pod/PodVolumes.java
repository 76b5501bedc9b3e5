package dev.agenttask.controller.pod;

import dev.agenttask.api.AgentTaskSpec;
import dev.agenttask.api.attempt.PodLayout;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The volumes of an attempt's pod, and which container sees which. */
final class PodVolumes {

    static final String PLAN = "plan";
    static final String WORKER_PLAN = "worker-plan";
    static final String AGENT_SCRIPTS = "agent-scripts";
    static final String VERIFY_SCRIPTS = "verify-scripts";
    static final String GIT_READ = "git-read";
    static final String GIT_WRITE = "git-write";
    static final String TOOLS = "tools";
    static final String WORKSPACE = "workspace";
    static final String VAULT = "vault";
    static final String CLEAN_ROOM = "cleanroom";
    static final String CHANNEL_AGENT = "channel-agent";
    static final String CHANNEL_VERIFY = "channel-verify";
    static final String AGENT_HOME = "agent-home";
    static final String AGENT_TMP = "agent-tmp";
    static final String VERIFY_HOME = "verify-home";
    static final String VERIFY_TMP = "verify-tmp";
    static final String TRUSTED_TMP = "trusted-tmp";

    static final String HOME = "/home/agent";
    static final String TMP = "/tmp";

    /** Readable for the containers' group alone. */
    private static final int SECRET_MODE = 0440;

    private static final Quantity TOOLS_SIZE = Quantity.parse("64Mi");
    private static final Quantity CHANNEL_SIZE = Quantity.parse("16Mi");

    private final AttemptInput attempt;
    private final AgentTaskSpec spec;
    private final PodSettings settings;

    PodVolumes(AttemptInput attempt, PodSettings settings) {
        this.attempt = attempt;
        this.spec = attempt.task().getSpec();
        this.settings = settings;
    }

    /** Every volume of the pod. */
    List<Volume> all() {
        var volumes = new ArrayList<Volume>();
        volumes.add(attemptItems(PLAN, Stream.of(PodLayout.PLAN_FILE)));
        volumes.add(attemptItems(
                WORKER_PLAN,
                Stream.concat(
                        Stream.of(PodLayout.PLAN_FILE),
                        settings.kafka().stream().map(k -> PodLayout.KAFKA_FILE))));
        volumes.add(attemptItems(
                AGENT_SCRIPTS,
                Stream.concat(Stream.of(PodLayout.PROMPT_FILE, PodLayout.AGENT_SCRIPT), setupScripts())));
        volumes.add(attemptItems(VERIFY_SCRIPTS, Stream.concat(setupScripts(), checkScripts())));
        if (!readSecret().isEmpty()) {
            volumes.add(credential(GIT_READ, readSecret()));
        }
        if (!writeSecret().isEmpty()) {
            volumes.add(credential(GIT_WRITE, writeSecret()));
        }
        var large = twice(Quantity.parse(spec.limits().workspaceSize()));
        Stream.of(WORKSPACE, VAULT, CLEAN_ROOM).forEach(name -> volumes.add(empty(name, large)));
        volumes.add(empty(TOOLS, TOOLS_SIZE));
        Stream.of(CHANNEL_AGENT, CHANNEL_VERIFY).forEach(name -> volumes.add(empty(name, CHANNEL_SIZE)));
        Stream.of(AGENT_HOME, VERIFY_HOME).forEach(name -> volumes.add(empty(name, settings.homeSize())));
        Stream.of(AGENT_TMP, VERIFY_TMP, TRUSTED_TMP).forEach(name -> volumes.add(empty(name, settings.tmpSize())));
        return volumes;
    }

    List<VolumeMount> cloning() {
        var mounts = new ArrayList<VolumeMount>();
        mounts.add(readOnly(PLAN, PodLayout.PLAN));
        if (!readSecret().isEmpty()) {
            mounts.add(readOnly(GIT_READ, PodLayout.GIT_CREDENTIAL));
        }
        mounts.add(writable(TOOLS, PodLayout.TOOLS));
        mounts.add(writable(WORKSPACE, PodLayout.WORKSPACE));
        mounts.add(writable(VAULT, PodLayout.VAULT));
        mounts.add(writable(TRUSTED_TMP, Path.of(TMP)));
        return mounts;
    }

    List<VolumeMount> worker() {
        var mounts = new ArrayList<VolumeMount>();
        mounts.add(readOnly(WORKER_PLAN, PodLayout.PLAN));
        gitWrite().forEach(mounts::add);
        mounts.add(readOnly(WORKSPACE, PodLayout.WORKSPACE));
        mounts.add(writable(VAULT, PodLayout.VAULT));
        mounts.add(writable(CLEAN_ROOM, PodLayout.CLEAN_ROOM));
        mounts.add(writable(CHANNEL_AGENT, PodLayout.CHANNELS.resolve(PodLayout.AGENT)));
        mounts.add(writable(CHANNEL_VERIFY, PodLayout.CHANNELS.resolve(PodLayout.VERIFY)));
        mounts.add(writable(TRUSTED_TMP, Path.of(TMP)));
        return mounts;
    }

    List<VolumeMount> agent() {
        return List.of(
                readOnly(AGENT_SCRIPTS, PodLayout.SCRIPTS),
                readOnly(TOOLS, PodLayout.TOOLS),
                writable(WORKSPACE, PodLayout.WORKSPACE),
                readOnly(CHANNEL_AGENT, PodLayout.CHANNEL),
                writable(AGENT_HOME, Path.of(HOME)),
                writable(AGENT_TMP, Path.of(TMP)));
    }

    List<VolumeMount> verify() {
        return List.of(
                readOnly(VERIFY_SCRIPTS, PodLayout.SCRIPTS),
                readOnly(TOOLS, PodLayout.TOOLS),
                writable(CLEAN_ROOM, PodLayout.CLEAN_ROOM),
                readOnly(CHANNEL_VERIFY, PodLayout.CHANNEL),
                writable(VERIFY_HOME, Path.of(HOME)),
                writable(VERIFY_TMP, Path.of(TMP)));
    }

    List<VolumeMount> deliver() {
        var mounts = new ArrayList<VolumeMount>();
        mounts.add(readOnly(PLAN, PodLayout.PLAN));
        gitWrite().forEach(mounts::add);
        mounts.add(writable(VAULT, PodLayout.VAULT));
        mounts.add(writable(TRUSTED_TMP, Path.of(TMP)));
        return mounts;
    }

    private Stream<VolumeMount> gitWrite() {
        return writeSecret().isEmpty() ? Stream.of() : Stream.of(readOnly(GIT_WRITE, PodLayout.GIT_CREDENTIAL));
    }

    private String readSecret() {
        return spec.repository().credentialsSecret();
    }

    private String writeSecret() {
        var own = spec.delivery().credentialsSecret();
        return own.isEmpty() ? readSecret() : own;
    }

    private Stream<String> setupScripts() {
        return IntStream.range(0, spec.setup().size()).mapToObj(PodLayout::setupScript);
    }

    private Stream<String> checkScripts() {
        return IntStream.range(0, spec.verifyCommands().size()).mapToObj(PodLayout::checkScript);
    }

    private Volume attemptItems(String name, Stream<String> items) {
        return secret(name, attempt.name(), items);
    }

    static Volume credential(String name, String secret) {
        return secret(name, secret, Stream.of("username", "password"));
    }

    static Volume secret(String name, String secret, Stream<String> items) {
        return new VolumeBuilder()
                .withName(name)
                .withNewSecret()
                .withSecretName(secret)
                .withDefaultMode(SECRET_MODE)
                .withItems(items.map(item -> new KeyToPath(item, null, item)).toList())
                .endSecret()
                .build();
    }

    static Volume empty(String name, Quantity size) {
        return new VolumeBuilder()
                .withName(name)
                .withNewEmptyDir()
                .withSizeLimit(size)
                .endEmptyDir()
                .build();
    }

    static VolumeMount readOnly(String volume, Path path) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path.toString())
                .withReadOnly(true)
                .build();
    }

    static VolumeMount writable(String volume, Path path) {
        return new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(path.toString())
                .build();
    }

    private static Quantity twice(Quantity size) {
        return Quantity.fromNumericalAmount(size.getNumericalAmount().multiply(BigDecimal.TWO), size.getFormat());
    }
}
