package dev.agenttask.api;

/** Patterns of names. */
final class Names {

    /** A short name that may stand in a file name, a metric label and a sentence. */
    static final String STEP = "^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$";

    private Names() {}
}
