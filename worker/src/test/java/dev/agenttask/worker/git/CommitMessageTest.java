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
        assertThat(subject("x".repeat(68) + " yzyzyz")).isEqualTo("x".repeat(68) + "...");
        assertThat(subject("😀".repeat(100))).isEqualTo("😀".repeat(69) + "...");
        assertThat(subject("  \n\tTabs\tinside ")).isEqualTo("Tabs inside");
        assertThat(subject(" ")).isEqualTo("fix-it");
    }

    @Test
    void a_commit_of_the_same_task_is_known_by_its_trailer_and_committer() throws Exception {
        var plan = plan("Fix it");
        var us = plan.author();
        assertThat(CommitMessage.isOf(commit(CommitMessage.of(plan), us), plan)).isTrue();
        assertThat(CommitMessage.isOf(commit("Fix it\n\nAgentTask-UID: another\n", us), plan))
                .isFalse();
        assertThat(CommitMessage.isOf(commit("Fix it", us), plan)).isFalse();
    }

    @Test
    void a_commit_of_ours_that_someone_amended_is_theirs() throws Exception {
        var plan = plan("Fix it");
        var ada = new AttemptPlan.Author("Ada", "ada@example.com");
        assertThat(CommitMessage.isOf(commit(CommitMessage.of(plan), ada), plan))
                .isFalse();
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
                plan.author(),
                plan.progressTopic());
    }
}
