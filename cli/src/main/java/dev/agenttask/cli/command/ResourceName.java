package dev.agenttask.cli.command;

import dev.agenttask.cli.exit.UsageException;
import dev.agenttask.cli.manifest.Kind;

/**
 * A task or batch, as kubectl writes it: {@code NAME} of a task, {@code atb/NAME} of a batch, or what {@code -o name} prints.
 *
 * @param kind what it is
 * @param name its name
 */
record ResourceName(Kind kind, String name) {

    static ResourceName parse(String text) {
        var slash = text.indexOf('/');
        if (slash < 0) {
            return new ResourceName(Kind.TASK, text);
        }
        var kind = Kind.called(text.substring(0, slash))
                .orElseThrow(() ->
                        new UsageException(text + ": this is for tasks, NAME or at/NAME, and batches, atb/NAME."));
        return new ResourceName(kind, text.substring(slash + 1));
    }

    /** The name of a task, where a batch would have no meaning. */
    static String ofTask(String text) {
        var parsed = parse(text);
        if (parsed.kind == Kind.BATCH) {
            throw new UsageException(
                    text + " is a batch, and this is for one task. Its tasks: kubectl get agenttasks -l"
                            + " agenttask.dev/batch=" + parsed.name);
        }
        return parsed.name;
    }
}
