package dev.agenttask.cli.command;

import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Optional;

/**
 * Where a command reads and writes.
 *
 * @param in the standard input
 * @param out the standard output: what was asked for
 * @param err the standard error: progress and problems
 * @param outScreen the size of the screen that {@code out} is; empty if it is none
 * @param errScreen the size of the screen that {@code err} is; empty if it is none
 * @param clock tells the time
 */
public record Terminal(
        InputStream in,
        PrintWriter out,
        PrintWriter err,
        Optional<Screen> outScreen,
        Optional<Screen> errScreen,
        Clock clock) {

    /**
     * The size of a screen.
     *
     * @param rows in characters
     * @param columns in characters
     */
    public record Screen(int rows, int columns) {

        private static final Screen USUAL = new Screen(24, 80);

        /** Reads {@code 24 80}, as {@code stty size} prints it; what cannot be read is the usual size. */
        public static Screen parse(String text) {
            return text.matches("[1-9][0-9]{0,3} [1-9][0-9]{0,3}")
                    ? new Screen(Integer.parseInt(text.split(" ")[0]), Integer.parseInt(text.split(" ")[1]))
                    : USUAL;
        }
    }

    /** A line for people, beside what was asked for. */
    void note(String line) {
        err.println(line);
        err.flush();
    }
}
