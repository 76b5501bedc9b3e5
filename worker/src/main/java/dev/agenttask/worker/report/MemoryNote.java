package dev.agenttask.worker.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on the disk what is in memory alone, for the worker after a crash. The file has its size from the start: what is
 * on a full disk already can still be changed.
 */
final class MemoryNote {

    private static final Logger LOG = LoggerFactory.getLogger(MemoryNote.class);

    private static final int BYTES = 2 * Long.BYTES;

    /**
     * What is in memory alone.
     *
     * @param last the highest number that an event in memory ever had; -1 if there was none
     * @param events how many there are that Kafka does not have, and that are lost with the worker
     */
    record Content(long last, long events) {

        static final Content NONE = new Content(-1, 0);
    }

    private final Path file;
    private Optional<FileChannel> channel = Optional.empty();
    private Content content = Content.NONE;

    /** Takes up the note in {@code directory}, or makes an empty one. */
    MemoryNote(Path directory) {
        this.file = directory.resolve("memory");
        try {
            var opened = open();
            if (opened.size() == BYTES) {
                var buffer = ByteBuffer.allocate(BYTES);
                opened.read(buffer, 0);
                buffer.flip();
                content = new Content(buffer.getLong(), buffer.getLong());
            } else {
                save();
            }
        } catch (IOException e) {
            LOG.warn("there is no note of what is in memory: {}", e.toString());
        }
    }

    /** What was written last. */
    Content content() {
        return content;
    }

    /** Writes, if that says anything new. Where the disk does not take it, it is written with the next change. */
    void write(Content now) {
        if (!now.equals(content)) {
            content = now;
            try {
                save();
            } catch (IOException e) {
                LOG.debug("the note of what is in memory cannot be written", e);
            }
        }
    }

    private void save() throws IOException {
        open().write(
                        ByteBuffer.allocate(BYTES)
                                .putLong(content.last())
                                .putLong(content.events())
                                .flip(),
                        0);
    }

    private FileChannel open() throws IOException {
        if (channel.isEmpty()) {
            Files.createDirectories(file.getParent());
            channel = Optional.of(FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        }
        return channel.get();
    }
}
