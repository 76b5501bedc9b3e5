package dev.agenttask.worker.git;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agenttask.api.attempt.AttemptPlan;
import dev.agenttask.worker.fixture.Plans;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;
import org.junit.jupiter.api.Test;

class CommitMessageTest {

    @Test
    void the_subject_is_the_first_line_of_the_title_in_72_characters_at_most() {
        assertThat(subject("Fix it\n\nAgentTask-UID: forged")).isEqualTo("Fix it");
        assertThat(subject("x".repeat(72))).isEqualTo("x".repeat(72));
        assertThat(subject("x".repeat(73))).isEqualTo("x".repeat(69) + "...");
        assertThat(subject("😀".repeat(100))).isEqualTo("😀".repeat(34) + "...");
        assertThat(subject("  \n\tTabs\tinside ")).isEqualTo("Tabs inside");
        assertThat(subject(" ")).isEqualTo("fix-it");
    }

    @Test
    void a_commit_of_the_same_task_is_known_by_its_trailers_and_committer() throws Exception {
        var plan = plan("Fix it");
        var us = plan.author();
        assertThat(CommitMessage.attempt(commit(CommitMessage.of(plan), us), plan))
                .hasValue(1);
        assertThat(CommitMessage.attempt(commit("Fix it\n\nAgentTask-UID: another\nAgentTask-Attempt: 1\n", us), plan))
                .isEmpty();
        assertThat(CommitMessage.attempt(commit("Fix it", us), plan)).isEmpty();
    }

    @Test
    void a_commit_of_ours_that_someone_amended_is_theirs() throws Exception {
        var plan = plan("Fix it");
        var ada = new AttemptPlan.Author("Ada", "ada@example.com");
        assertThat(CommitMessage.attempt(commit(CommitMessage.of(plan), ada), plan))
                .isEmpty();
    }

    @Test
    void the_attempt_that_made_a_commit_is_told_to_every_attempt() throws Exception {
        var plan = plan("Fix it");
        var second = commit(CommitMessage.of(Plans.ofAttempt(plan, 2)), plan.author());
        assertThat(CommitMessage.attempt(second, plan)).hasValue(2);
    }

    private static RevCommit commit(String message, AttemptPlan.Author committer) throws Exception {
        var commit = new CommitBuilder();
        commit.setTreeId(ObjectId.zeroId());
        commit.setAuthor(new PersonIdent("AgentTask", "agenttask@example.com"));
        commit.setCommitter(new PersonIdent(committer.name(), committer.email()));
        commit.setMessage(message);
        return RevCommit.parse(commit.build());
    }

    private static String subject(String title) {
        return CommitMessage.of(plan(title)).lines().findFirst().orElseThrow();
    }

    private static AttemptPlan plan(String title) {
        var plan = Plans.of("-");
        return new AttemptPlan(
                plan.task(),
                1,
                title,
                plan.repository(),
                plan.setup(),
                plan.checks(),
                plan.delivery(),
                plan.branch(),
                plan.wipRef(),
                plan.logRef(),
                plan.resumeFrom(),
                plan.limits(),
                plan.checkpointInterval(),
                plan.grace(),
                plan.author(),
                plan.progressTopic(),
                plan.agentOutput());
    }
}
