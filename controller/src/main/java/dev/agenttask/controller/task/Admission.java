package dev.agenttask.controller.task;

/** What the queue says to a task that is ready to start. */
public sealed interface Admission {

    /** The task is not ready, so nobody asked. */
    record NotAsked() implements Admission {}

    /** It may start now, and holds a slot. */
    record Admitted() implements Admission {}

    /** It has to wait; the message says for what. */
    record Waiting(String message) implements Admission {}
}
