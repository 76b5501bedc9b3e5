package dev.agenttask.api.attempt;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.agenttask.api.Absent;
import dev.agenttask.api.Agent;
import dev.agenttask.api.Delivery;
import dev.agenttask.api.Limits;
import dev.agenttask.api.Repository;
import dev.agenttask.api.SetupStep;
import dev.agenttask.api.VerifyCommand;
import java.time.Duration;
import java.util.List;

/**
 * What the trusted containers of one attempt are to do. Written by the controller into the attempt's Secret.
 *
 * @param task the task
 * @param attempt 1 for the first try
 * @param title first line of the prompt, for the commit's subject
 * @param repository what to clone
 * @param setup prepares a checkout; script {@code i} is {@link PodLayout#setupScript}
 * @param checks proves the result; script {@code i} is {@link PodLayout#checkScript}
 * @param delivery where the result goes
 * @param branch the branch to push, decided by the controller
 * @param wipRef where unfinished or undelivered work goes
 * @param logRef where what the commands printed goes
 * @param resumeFrom salvage refs of attempts before this one, the latest first: the agent goes on with the work at the
 *     first that is there; empty to begin anew
 * @param limits bounds of the attempt
 * @param checkpointInterval how often the work of a running agent is pushed to {@code wipRef}
 * @param grace what the kubelet leaves the pod between SIGTERM and SIGKILL
 * @param author of the commit
 * @param progressTopic the Kafka topic for progress events
 * @param agentOutput how what the agent prints is read
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AttemptPlan(
        TaskId task,
        int attempt,
        String title,
        Repository repository,
        List<SetupStep> setup,
        List<VerifyCommand> checks,
        Delivery delivery,
        String branch,
        String wipRef,
        String logRef,
        List<String> resumeFrom,
        Limits limits,
        Duration checkpointInterval,
        Duration grace,
        Author author,
        String progressTopic,
        Agent.Output agentOutput) {

    public AttemptPlan {
        title = Absent.toEmpty(title);
        resumeFrom = Absent.toEmpty(resumeFrom);
        setup = Absent.toEmpty(setup);
        checks = Absent.toEmpty(checks);
        agentOutput = agentOutput == null ? Agent.Output.TEXT : agentOutput;
    }

    /**
     * Which task.
     *
     * @param namespace of the task
     * @param name of the task
     * @param uid that no other task ever has
     */
    public record TaskId(String namespace, String name, String uid) {

        /** The first five characters of the UID: enough to tell tasks of one name apart. */
        @JsonIgnore
        public String shortUid() {
            return uid.substring(0, Math.min(5, uid.length()));
        }

        @Override
        public String toString() {
            return namespace + "/" + name;
        }
    }

    /**
     * Who the commit says wrote it.
     *
     * @param name for example AgentTask
     * @param email for example agenttask@example.com
     */
    public record Author(String name, String email) {}
}
