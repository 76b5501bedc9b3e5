package dev.agenttask.worker.report;

/** Takes every line that a command prints. It never fails. */
interface Printed {

    /**
     * Takes one line without its line feed, as it was printed.
     *
     * @param cut whether the line was longer than what is given
     */
    void line(String step, byte[] bytes, int offset, int length, boolean cut);

    /** No more lines come for now. */
    void flush();
}
