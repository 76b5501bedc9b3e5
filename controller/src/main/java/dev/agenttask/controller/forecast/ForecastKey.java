package dev.agenttask.controller.forecast;

import dev.agenttask.controller.task.AttemptNames;

/**
 * What results have in common that are compared with each other.
 *
 * @param namespace of their tasks
 * @param url of the repository
 * @param ref the branch or tag that they started from, as the remote names it where that is known
 * @param credentialsSecret that the repository is read with; empty for none
 */
public record ForecastKey(String namespace, String url, String ref, String credentialsSecret) {

    private static final int DIGITS = 12;

    /** For names and labels. */
    public String id() {
        return AttemptNames.hash(String.join("\n", namespace, url, ref, credentialsSecret), DIGITS);
    }
}
