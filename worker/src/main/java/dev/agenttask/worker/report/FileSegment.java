package dev.agenttask.worker.report;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A segment in a file, named by the number of its first event and by whether Kafka may have got it. */
final class FileSegment implements Segment {

    private static final Logger LOG = LoggerFactory.getLogger(FileSegment.class);

    private static final String WAITING = ".waiting";
    private static final String SENT = ".sent";

    private final long first;
    private final FileChannel channel;
    private Path path;
    private long bytes;
    private boolean sent;

    private FileSegment(long first, Path path, FileChannel channel) {
        this.first = first;
        this.path = path;
        this.channel = channel;
        this.sent = path.toString().endsWith(SENT);
    }

    /**
     * Makes a segment of these events at once, or none.
     *
     * @throws IOException if the disk does not take it
     */
    static FileSegment create(Path directory, long first, List<Entry> entries) throws IOException {
        Files.createDirectories(directory);
        var draft = directory.resolve("draft");
        var path = directory.resolve(name(first) + WAITING);
        var channel = FileChannel.open(
                draft,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        try {
            var segment = new FileSegment(first, path, channel);
            for (var entry : entries) {
                segment.append(entry);
            }
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return segment;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(draft);
            throw e;
        }
    }

    /**
     * Opens what a worker before this one has left, oldest first.
     *
     * @throws IOException if the directory is there and cannot be read
     */
    static List<FileSegment> openAll(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path ->
                            path.toString().endsWith(WAITING) || path.toString().endsWith(SENT))
                    .sorted()
                    .map(FileSegment::open)
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static FileSegment open(Path path) {
        try {
            var name = path.getFileName().toString();
            var channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            var segment = new FileSegment(Long.parseLong(name.substring(0, name.indexOf('.'))), path, channel);
            segment.forgetTornEnd();
            return segment;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long first() {
        return first;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void append(Entry entry) throws IOException {
        var buffer = ByteBuffer.allocate(entry.bytes())
                .putLong(entry.sequence())
                .putLong(entry.droppable())
                .putInt(entry.json().length)
                .put(entry.json())
                .flip();
        try {
            var place = bytes;
            while (buffer.hasRemaining()) {
                place += channel.write(buffer, place);
            }
            bytes = place;
        } catch (IOException e) {
            channel.truncate(bytes);
            throw e;
        }
    }

    @Override
    public Optional<Entry> read(long place) throws IOException {
        if (place >= bytes) {
            return Optional.empty();
        }
        var header = read(place, HEADER_BYTES);
        var sequence = header.getLong();
        var droppable = header.getLong();
        var json = read(place + HEADER_BYTES, header.getInt());
        return Optional.of(new Entry(sequence, droppable, json.array()));
    }

    @Override
    public void send() {
        if (!sent) {
            sent = true;
            var next = path.resolveSibling(name(first) + SENT);
            try {
                Files.move(path, next, StandardCopyOption.ATOMIC_MOVE);
                path = next;
            } catch (IOException e) {
                LOG.warn("{} cannot be renamed: {}", path, e.toString());
            }
        }
    }

    @Override
    public boolean sent() {
        return sent;
    }

    @Override
    public void delete() {
        try {
            close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", path, e.toString());
        }
    }

    /** Lets go of the file, which another segment has replaced. */
    void close() throws IOException {
        channel.close();
    }

    private static String name(long first) {
        return "%020d".formatted(first);
    }

    /** What was being written when the worker crashed. */
    private void forgetTornEnd() throws IOException {
        var size = channel.size();
        while (bytes + HEADER_BYTES <= size) {
            var length = read(bytes, HEADER_BYTES).getInt(2 * Long.BYTES);
            if (length <= 0 || bytes + HEADER_BYTES + length > size) {
                break;
            }
            bytes += HEADER_BYTES + length;
        }
        channel.truncate(bytes);
    }

    private ByteBuffer read(long place, int length) throws IOException {
        var buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, place + buffer.position()) < 0) {
                throw new EOFException(path + " has become shorter");
            }
        }
        return buffer.flip();
    }
}
