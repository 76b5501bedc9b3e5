package dev.agenttask.worker.verify;

import dev.agenttask.api.VerificationResult;
import dev.agenttask.api.VerificationResult.CommandResult;
import dev.agenttask.api.VerificationResult.Verdict;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What the clean room found.
 *
 * @param result what each command said, and all together
 * @param message which of them failed and how; empty if none did
 */
public record Findings(VerificationResult result, String message) {

    static Findings of(String commit, List<CommandResult> results, List<CleanRoom.Failure> failures) {
        if (failures.isEmpty()) {
            return new Findings(new VerificationResult(Verdict.PASSED, commit, results), "");
        }
        var message = failures.stream()
                .map(failure -> "'" + failure.name() + "' " + failure.end().describe() + ".")
                .collect(Collectors.joining(" "));
        var first = failures.getFirst();
        var said = first.lastOutput().isEmpty() ? "" : " Last output of '" + first.name() + "': " + first.lastOutput();
        return new Findings(new VerificationResult(Verdict.FAILED, commit, results), message + said);
    }

    static Findings incomplete(String commit, List<CommandResult> results) {
        return new Findings(
                new VerificationResult(Verdict.INCOMPLETE, commit, results),
                "The clean room ended before every check had run.");
    }
}
