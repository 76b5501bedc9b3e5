package dev.agenttask.worker.git;

import dev.agenttask.api.Texts;
import dev.agenttask.api.attempt.AttemptPlan;
import java.util.OptionalInt;
import org.eclipse.jgit.revwalk.RevCommit;

/** The message of the one commit that is made of an agent's work. */
final class CommitMessage {

    static final String UID_TRAILER = "AgentTask-UID: ";

    private static final String ATTEMPT_TRAILER = "AgentTask-Attempt: ";

    private static final int SUBJECT = 72;

    private CommitMessage() {}

    /** The task's title as the subject, and trailers that say which task and attempt it was. */
    static String of(AttemptPlan plan) {
        return subject(plan.title().isBlank() ? plan.task().name() : plan.title()) + trailers(plan);
    }

    /** The message of the commit that holds the log of an attempt. */
    static String ofLog(AttemptPlan plan) {
        return subject("Log of " + plan.task().name()) + trailers(plan);
    }

    private static String trailers(AttemptPlan plan) {
        return "\n\nAgentTask: " + plan.task() + "\n" + UID_TRAILER
                + plan.task().uid() + "\n" + ATTEMPT_TRAILER + plan.attempt() + "\n";
    }

    /**
     * Which attempt at that task a commit was made by here; empty for a commit of anyone else. Someone who amends one
     * leaves the message, but is its committer.
     */
    static OptionalInt attempt(RevCommit commit, AttemptPlan plan) {
        var committer = commit.getCommitterIdent();
        var lines = commit.getFullMessage().lines().toList();
        var ours = committer.getName().equals(plan.author().name())
                && committer.getEmailAddress().equals(plan.author().email())
                && lines.contains(UID_TRAILER + plan.task().uid());
        return ours
                ? lines.stream()
                        .filter(line -> line.matches(ATTEMPT_TRAILER + "[0-9]{1,9}"))
                        .mapToInt(line -> Integer.parseInt(line.substring(ATTEMPT_TRAILER.length())))
                        .findFirst()
                : OptionalInt.empty();
    }

    private static String subject(String title) {
        var line = title.lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .findFirst()
                .orElse("");
        var clean = line.codePoints()
                .map(c -> Character.isISOControl(c) ? ' ' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return Texts.cut(clean, SUBJECT);
    }
}
