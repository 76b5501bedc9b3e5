package dev.agenttask.cli.command;

import dev.agenttask.cli.exit.ExitCode;
import dev.agenttask.cli.exit.PlatformException;
import dev.agenttask.cli.exit.UsageException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** All commands, and what is said when one of them fails. */
@Command(
        name = "kubectl agenttask",
        description = "Submits AgentTasks, watches them, shows what they did, and explains where they are.",
        versionProvider = Commands.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Exit codes: 0 done, all succeeded; 1 a task did not succeed; 2 wrong use; 3 the platform failed."
        })
public final class Commands {

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Print the stack trace of an error.")
    private boolean verbose;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            usageHelp = true,
            description = "Print this help.")
    private boolean help;

    @Option(names = "--version", versionHelp = true, description = "Print the version.")
    private boolean version;

    private final Terminal terminal;

    private Commands(Terminal terminal) {
        this.terminal = terminal;
    }

    /** The command line, ready to be executed. */
    public static CommandLine of(Terminal terminal) {
        var commands = new Commands(terminal);
        var line = new CommandLine(commands)
                .addSubcommand(new SubmitCommand(terminal))
                .addSubcommand(new WatchCommand(terminal))
                .addSubcommand(new ExplainCommand(terminal))
                .addSubcommand(new LogsCommand(terminal))
                .addSubcommand(new DiffCommand(terminal))
                .addSubcommand(new RetryCommand(terminal))
                .addSubcommand(new CancelCommand(terminal))
                .addSubcommand(new CompletionCommand(terminal));
        line.setOut(terminal.out());
        line.setErr(terminal.err());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler((problem, arguments) -> commands.wrongUse(problem));
        line.setExecutionExceptionHandler((problem, command, parsed) -> commands.failed(problem));
        return line;
    }

    /** The answer to kubectl's question for completions: see {@code kubectl_complete-agenttask}. */
    public static List<String> complete(Terminal terminal, String[] arguments) {
        return CompletionCommand.complete(of(terminal), arguments);
    }

    private int wrongUse(CommandLine.ParameterException problem) {
        say(problem.getMessage());
        terminal.note("See: " + problem.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.WRONG_USE;
    }

    private int failed(Exception problem) {
        if (verbose) {
            problem.printStackTrace(terminal.err());
        }
        switch (problem) {
            case UsageException e -> say(e.getMessage());
            case PlatformException e -> say(e.getMessage());
            default ->
                say("unexpected: " + problem + ". This is a defect: please report it with the output of --verbose.");
        }
        return problem instanceof UsageException ? ExitCode.WRONG_USE : ExitCode.PLATFORM_FAILED;
    }

    private void say(String message) {
        message.lines().forEach(line -> terminal.note("error: " + line));
    }

    /** The version of the jar. */
    static final class Version implements IVersionProvider {

        @Override
        public String[] getVersion() {
            var version = Commands.class.getPackage().getImplementationVersion();
            return new String[] {"kubectl-agenttask " + (version == null ? "of a working copy" : version)};
        }
    }
}
