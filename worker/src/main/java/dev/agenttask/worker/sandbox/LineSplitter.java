package dev.agenttask.worker.sandbox;

/** Cuts a stream of bytes into lines in bounded memory: of a longer line the rest is thrown away. */
final class LineSplitter {

    /** What takes the lines. */
    @FunctionalInterface
    interface Sink {

        /**
         * Takes one line without its line feed. The bytes are only valid during the call.
         *
         * @param truncated whether the line was longer
         */
        void line(byte[] bytes, int offset, int length, boolean truncated);
    }

    private final byte[] line;
    private final Sink sink;
    private int length;
    private boolean truncated;

    /** Keeps {@code maxLength} bytes of each line. */
    LineSplitter(int maxLength, Sink sink) {
        this.line = new byte[maxLength];
        this.sink = sink;
    }

    /** Takes more of the stream. */
    void accept(byte[] bytes, int size) {
        var start = 0;
        for (var i = 0; i < size; i++) {
            if (bytes[i] == '\n') {
                append(bytes, start, i - start);
                sink.line(line, 0, length, truncated);
                length = 0;
                truncated = false;
                start = i + 1;
            }
        }
        append(bytes, start, size - start);
    }

    private void append(byte[] bytes, int start, int count) {
        var fits = Math.min(count, line.length - length);
        System.arraycopy(bytes, start, line, length, fits);
        length += fits;
        truncated |= fits < count;
    }
}
