package dev.agenttask.cli;

import dev.agenttask.cli.command.Commands;
import dev.agenttask.cli.command.Terminal;
import dev.agenttask.cli.command.Terminal.Screen;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;

/** The program {@code kubectl-agenttask}. Its launcher says which of its outputs are screens, and how large they are. */
public final class Main {

    /** What {@code kubectl_complete-agenttask} puts before the arguments to complete. */
    private static final String COMPLETE = "__complete";

    private Main() {}

    public static void main(String[] arguments) {
        var terminal = new Terminal(
                System.in,
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, false, StandardCharsets.UTF_8),
                screen("agenttask.out"),
                screen("agenttask.err"),
                Clock.systemUTC());
        if (arguments.length > 1 && arguments[0].equals(COMPLETE)) {
            var rest = Arrays.copyOfRange(arguments, 1, arguments.length);
            Commands.complete(terminal, rest).forEach(terminal.out()::println);
            terminal.out().flush();
            return;
        }
        var code = Commands.of(terminal).execute(arguments);
        terminal.out().flush();
        terminal.err().flush();
        System.exit(code);
    }

    private static Optional<Screen> screen(String property) {
        return Optional.ofNullable(System.getProperty(property)).map(Screen::parse);
    }
}
