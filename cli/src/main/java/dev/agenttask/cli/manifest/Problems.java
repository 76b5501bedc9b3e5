package dev.agenttask.cli.manifest;

import java.util.List;

/** What is wrong with many things, as far as anybody would read it. */
public final class Problems {

    private static final int MOST = 20;

    private Problems() {}

    /** One line each, and how many more there are. */
    public static String shown(List<String> problems) {
        var first = String.join("\n", problems.subList(0, Math.min(MOST, problems.size())));
        return problems.size() <= MOST ? first : first + "\nand " + (problems.size() - MOST) + " more";
    }
}
