package dev.agenttask.worker.git;

import dev.agenttask.api.attempt.AttemptPlan;
import org.eclipse.jgit.revwalk.RevCommit;

/** The message of the one commit that is made of an agent's work. */
final class CommitMessage {

    static final String UID_TRAILER = "AgentTask-UID: ";

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
                + plan.task().uid() + "\nAgentTask-Attempt: " + plan.attempt() + "\n";
    }

    /**
     * Whether a commit was made here for that task, in whichever attempt. Someone who amends it leaves the message, but is
     * its committer.
     */
    static boolean isOf(RevCommit commit, AttemptPlan plan) {
        var committer = commit.getCommitterIdent();
        return committer.getName().equals(plan.author().name())
                && committer.getEmailAddress().equals(plan.author().email())
                && commit.getFullMessage()
                        .lines()
                        .anyMatch(line -> line.equals(UID_TRAILER + plan.task().uid()));
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
        if (clean.codePointCount(0, clean.length()) <= SUBJECT) {
            return clean;
        }
        return clean.substring(0, clean.offsetByCodePoints(0, SUBJECT - 3)).stripTrailing() + "...";
    }
}
