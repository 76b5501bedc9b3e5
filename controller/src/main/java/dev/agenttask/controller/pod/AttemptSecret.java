package dev.agenttask.controller.pod;

import dev.agenttask.api.Agent;
import dev.agenttask.api.AgentTaskJson;
import dev.agenttask.api.Texts;
import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.api.attempt.PodLayout;
import dev.agenttask.controller.task.AttemptNames;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The Secret of an attempt: its plan, its scripts, its prompt and the worker's Kafka settings. */
public final class AttemptSecret {

    private static final int MAX_TITLE = 72;

    private AttemptSecret() {}

    /** The Secret. Each container mounts the items that are its own, and no others. */
    public static Secret of(AttemptInput attempt, PodSettings settings) {
        return new SecretBuilder()
                .withMetadata(attempt.metadata())
                .withImmutable(true)
                .withType("Opaque")
                .withStringData(items(attempt, settings))
                .build();
    }

    private static Map<String, String> items(AttemptInput attempt, PodSettings settings) {
        var spec = attempt.task().getSpec();
        var items = new LinkedHashMap<String, String>();
        items.put(PodLayout.PLAN_FILE, AgentTaskJson.text(plan(attempt, settings)));
        settings.kafka().ifPresent(properties -> items.put(PodLayout.KAFKA_FILE, properties));
        items.put(PodLayout.PROMPT_FILE, attempt.prompt());
        items.put(PodLayout.AGENT_SCRIPT, agentScript(spec.agent()));
        for (int i = 0; i < spec.setup().size(); i++) {
            items.put(PodLayout.setupScript(i), spec.setup().get(i).run());
        }
        for (int i = 0; i < spec.verifyCommands().size(); i++) {
            items.put(PodLayout.checkScript(i), spec.verifyCommands().get(i).run());
        }
        return items;
    }

    private static AttemptPlan plan(AttemptInput attempt, PodSettings settings) {
        var spec = attempt.task().getSpec();
        var id = attempt.id();
        var branch = spec.delivery().branch();
        return new AttemptPlan(
                id,
                attempt.number(),
                title(attempt.prompt()),
                attempt.repository(),
                spec.setup(),
                spec.verifyCommands(),
                spec.delivery(),
                branch.isEmpty() ? AttemptNames.branch(id) : branch,
                AttemptNames.wipRef(id, attempt.number()),
                AttemptNames.logRef(id, attempt.number()),
                attempt.resumeFrom(),
                spec.limits(),
                settings.checkpointInterval(),
                settings.grace(),
                settings.author(),
                settings.progressTopic(),
                spec.agent().output());
    }

    private static String title(String prompt) {
        var line = prompt.lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .findFirst()
                .orElse("");
        return Texts.cut(line, MAX_TITLE);
    }

    /** The command with every argument quoted, so that the shell takes each as it is written. */
    static String agentScript(Agent agent) {
        return Stream.concat(agent.command().stream(), agent.args().stream())
                .map(argument -> "'" + argument.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" ", "exec ", "\n"));
    }
}
