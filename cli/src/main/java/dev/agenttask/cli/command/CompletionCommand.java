package dev.agenttask.cli.command;

import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.exit.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code completion}: a script that has a shell complete the command line. */
@Command(
        name = "completion",
        description = {
            "Prints a script that has bash or zsh complete kubectl-agenttask: source <(kubectl agenttask completion bash). For"
                    + " kubectl agenttask, put kubectl_complete-agenttask on the PATH. fish is not supported."
        })
final class CompletionCommand implements Callable<Integer> {

    private static final String PROGRAM = "kubectl-agenttask";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private String shell = "";

    private final Terminal terminal;

    CompletionCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        if (!shell.equals("bash") && !shell.equals("zsh")) {
            throw new UsageException("completion: there is none for " + shell + ", only for bash and zsh.");
        }
        terminal.out().print(AutoComplete.bash(PROGRAM, spec.root().commandLine()));
        terminal.out().flush();
        return ExitCode.SUCCESS;
    }

    /**
     * Answers kubectl's question for completions of a plugin's arguments.
     *
     * @param line the command line
     * @param arguments those so far; the last, which may be empty, is to be completed
     * @return completions, and the directive that says not to complete with files, one each line
     */
    static List<String> complete(CommandLine line, String[] arguments) {
        var candidates = new ArrayList<CharSequence>();
        var last = arguments.length - 1;
        AutoComplete.complete(line.getCommandSpec(), arguments, last, arguments[last].length(), 0, candidates);
        var answer = new ArrayList<String>();
        candidates.forEach(rest -> answer.add(arguments[last] + rest));
        answer.add(":4");
        return answer;
    }
}
