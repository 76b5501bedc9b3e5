package dev.agenttask.e2e.soak;

/**
 * A task of a round.
 *
 * @param number from 0; those of lower numbers start first
 * @param kind what it does
 */
record TaskPlan(int number, TaskKind kind) {

    String name() {
        return "t%02d-%s".formatted(number + 1, kind.label());
    }
}
