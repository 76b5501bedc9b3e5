package dev.agenttask.worker.report;

import dev.agenttask.api.event.ProgressEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what the commands of an attempt print and what its steps do, on its way to git: whole, or the beginning and the
 * end where it is too much. What the disk does not take is missing in there, and holds up nothing.
 */
final class AttemptLog implements Printed, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AttemptLog.class);

    private static final int BUFFER_BYTES = 64 << 10;
    private static final byte[] CUT = " ... (a longer line)".getBytes(StandardCharsets.UTF_8);

    /**
     * How much is kept.
     *
     * @param head bytes of the beginning
     * @param tail bytes of the end, at least
     * @param part bytes of one file
     */
    record Bounds(long head, long tail, long part) {

        static final Bounds DEFAULT = new Bounds(32 << 20, 8 << 20, 4 << 20);
    }

    private final LogFiles files;
    private final Bounds bounds;
    private final InstantSource clock;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private Optional<FileChannel> channel = Optional.empty();
    /** Where the current part and the next byte stand in the whole log. */
    private long partStart;

    private long end;
    private byte[] prefix = new byte[0];
    private String prefixStep = "";
    private long prefixMillis = -1;
    private boolean complained;

    /** Writes after what is there already. */
    AttemptLog(LogFiles files, Bounds bounds, InstantSource clock) {
        this.files = files;
        this.bounds = bounds;
        this.clock = clock;
        this.end = files.end();
        this.partStart = end;
    }

    @Override
    public synchronized void line(String step, byte[] bytes, int offset, int length, boolean cut) {
        var before = prefix(step);
        put(before, 0, before.length);
        put(bytes, offset, length);
        if (cut) {
            put(CUT, 0, CUT.length);
        }
        endLine();
    }

    /** Takes an event that is not output, and its JSON. */
    synchronized void event(ProgressEvent event, byte[] json) {
        var line = LogLine.of(event).getBytes(StandardCharsets.UTF_8);
        put(line, 0, line.length);
        endLine();
        flush();
        try {
            Files.createDirectories(files.directory());
            Files.writeString(
                    files.events(),
                    new String(json, StandardCharsets.UTF_8) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            complain(e);
        }
    }

    /** How many events are in it. */
    long eventCount() {
        return files.eventCount();
    }

    @Override
    public synchronized void flush() {
        buffer.flip();
        var length = buffer.remaining();
        try {
            var to = open();
            while (buffer.hasRemaining()) {
                to.write(buffer, end - partStart + buffer.position());
            }
            end += length;
        } catch (IOException e) {
            complain(e);
            closePart();
            end += length;
            partStart = end;
        }
        buffer.clear();
    }

    @Override
    public synchronized void close() {
        flush();
        closePart();
    }

    private byte[] prefix(String step) {
        var now = clock.millis();
        if (now != prefixMillis || !step.equals(prefixStep)) {
            prefixMillis = now;
            prefixStep = step;
            prefix = LogLine.prefix(clock.instant(), step).getBytes(StandardCharsets.UTF_8);
        }
        return prefix;
    }

    private void put(byte[] bytes, int offset, int length) {
        var from = offset;
        while (from < offset + length) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            var count = Math.min(buffer.remaining(), offset + length - from);
            buffer.put(bytes, from, count);
            from += count;
        }
    }

    private void endLine() {
        put(new byte[] {'\n'}, 0, 1);
        if (end + buffer.position() - partStart >= bounds.part()) {
            flush();
            closePart();
            partStart = end;
            files.forget(bounds.head(), end - bounds.tail());
        }
    }

    private FileChannel open() throws IOException {
        if (channel.isEmpty()) {
            Files.createDirectories(files.directory());
            channel = Optional.of(FileChannel.open(
                    files.part(partStart),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE));
        }
        return channel.get();
    }

    /** Ends the file where it is known what it holds: after a failure it may have more. */
    private void closePart() {
        if (channel.isPresent()) {
            try (var done = channel.get()) {
                done.truncate(end - partStart);
            } catch (IOException e) {
                complain(e);
            }
            channel = Optional.empty();
        }
    }

    private void complain(IOException e) {
        if (!complained) {
            complained = true;
            LOG.warn("the disk does not take the log: {}", e.toString());
        }
    }
}
