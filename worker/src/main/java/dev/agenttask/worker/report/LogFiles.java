package dev.agenttask.worker.report;

import java.io.BufferedInputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files in which an attempt's log is kept on its way to git: parts of it, each named by where it begins in the whole,
 * with bytes as they were printed; and the events of its steps, one in each line, as they stand on Kafka.
 *
 * @param directory in which they are; it need not exist
 */
public record LogFiles(Path directory) {

    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);

    private static final String PART = ".log";
    /** Longer lines are cut before they come here; this keeps the memory small whatever is in the files. */
    private static final int LONGEST_LINE = 64 << 10;

    /** The events of the steps. */
    public Path events() {
        return directory.resolve("events.jsonl");
    }

    /**
     * Writes the log as text: without the secrets that {@code redactor} knows, and without what would harm a terminal.
     *
     * @param lastWords what happened at last, at that time; empty for nothing
     * @throws IOException if the files cannot be read, or {@code target} not be written
     */
    public void write(Path target, Redactor redactor, String lastWords, Instant time) throws IOException {
        try (var out = Files.newBufferedWriter(target)) {
            var end = 0L;
            for (var part : parts()) {
                if (start(part) > end) {
                    writeLine(out, "... " + (start(part) - end) + " bytes of the log are not kept ...");
                }
                copy(part, redactor, out);
                end = end(part);
            }
            if (!lastWords.isEmpty()) {
                writeLine(out, redactor.redact(LogLine.of(time, lastWords)));
            }
        }
    }

    Path part(long start) {
        return directory.resolve("%020d".formatted(start) + PART);
    }

    /** How long the log is, with what is missing in it. */
    long end() {
        try {
            var parts = parts();
            return parts.isEmpty() ? 0 : end(parts.getLast());
        } catch (IOException e) {
            LOG.warn("the log of the worker before this one cannot be read: {}", e.toString());
            return 0;
        }
    }

    /** How many events of steps there are. */
    long eventCount() {
        try (var lines = Files.lines(events())) {
            return lines.count();
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            LOG.warn("the events of the worker before this one cannot be read: {}", e.toString());
            return 0;
        }
    }

    /** Deletes the parts that lie between two places of the log. */
    void forget(long from, long to) {
        try {
            for (var part : parts()) {
                if (start(part) >= from && end(part) <= to) {
                    Files.delete(part);
                }
            }
        } catch (IOException e) {
            LOG.warn("a part of the log cannot be deleted: {}", e.toString());
        }
    }

    private List<Path> parts() throws IOException {
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.filter(path -> path.toString().endsWith(PART)).sorted().toList();
        }
    }

    private static long start(Path part) {
        var name = part.getFileName().toString();
        return Long.parseLong(name.substring(0, name.length() - PART.length()));
    }

    private static long end(Path part) throws IOException {
        return start(part) + Files.size(part);
    }

    private static void copy(Path part, Redactor redactor, BufferedWriter out) throws IOException {
        try (var in = new BufferedInputStream(Files.newInputStream(part))) {
            var line = new byte[LONGEST_LINE];
            for (var length = readLine(in, line); length >= 0; length = readLine(in, line)) {
                writeLine(out, redactor.redact(PrintableText.of(line, 0, length)));
            }
        }
    }

    private static void writeLine(Writer out, String line) throws IOException {
        out.write(line);
        out.write('\n');
    }

    /** Reads up to a line feed, which does not count; -1 at the end. */
    private static int readLine(InputStream in, byte[] line) throws IOException {
        var b = in.read();
        if (b < 0) {
            return -1;
        }
        var length = 0;
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (length < line.length) {
                line[length++] = (byte) b;
            }
        }
        return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    }
}
