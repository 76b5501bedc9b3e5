package dev.agenttask.worker.report;

import java.util.Arrays;
import java.util.function.ObjIntConsumer;

/** The last lines of a command that are not blank, as bytes: most are never looked at. */
final class LastLines {

    private static final int LINES = 8;
    private static final int BYTES = 512;

    private final byte[][] lines = new byte[LINES][BYTES];
    private final int[] lengths = new int[LINES];
    private long count;

    /** Takes a line, of which the beginning is kept. */
    void add(byte[] bytes, int offset, int length) {
        if (isBlank(bytes, offset, length)) {
            return;
        }
        var slot = (int) (count++ % LINES);
        lengths[slot] = Math.min(length, BYTES);
        System.arraycopy(bytes, offset, lines[slot], 0, lengths[slot]);
    }

    /** Goes through them, oldest first. */
    void forEach(ObjIntConsumer<byte[]> consumer) {
        for (var i = Math.max(0, count - LINES); i < count; i++) {
            var slot = (int) (i % LINES);
            consumer.accept(lines[slot], lengths[slot]);
        }
    }

    void clear() {
        count = 0;
        Arrays.fill(lengths, 0);
    }

    private static boolean isBlank(byte[] bytes, int offset, int length) {
        for (var i = offset; i < offset + length; i++) {
            if (bytes[i] != ' ' && bytes[i] != '\t') {
                return false;
            }
        }
        return true;
    }
}
