package dev.agenttask.controller.kube;

import dev.agenttask.api.Phase;
import dev.agenttask.controller.task.Action;
import java.util.Locale;

/** Actions and phases as they stand in the log: without prompts. */
final class Words {

    private Words() {}

    static String of(Phase phase) {
        return phase.name().charAt(0) + phase.name().substring(1).toLowerCase(Locale.ROOT);
    }

    static String of(Action action) {
        return switch (action) {
            case Action.StartAttempt a -> "start of attempt " + a.number();
            case Action.StopPod a -> "stop of pod " + a.pod() + ": " + a.stop().reason();
            case Action.DeletePod a ->
                "deletion of pod " + a.pod() + ": " + a.stop().reason();
            case Action.ReleaseAttempt a -> "release of pod " + a.pod();
            case Action.DeleteTask a -> "deletion of the task, which was kept for long enough";
            case Action.FinishDeletion a -> "end of the deletion";
        };
    }
}
