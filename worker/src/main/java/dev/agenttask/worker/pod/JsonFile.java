package dev.agenttask.worker.pod;

import com.fasterxml.jackson.core.JacksonException;
import dev.agenttask.api.AgentTaskJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** A file that holds one record as JSON, is written whole or not at all, and is read by another container. */
public final class JsonFile<T> {

    private final Path path;
    private final Class<T> type;

    /** The file at {@code path}, which need not exist yet. */
    public JsonFile(Path path, Class<T> type) {
        this.path = path;
        this.type = type;
    }

    /**
     * Writes the file, so that a reader sees the old content or the new one.
     *
     * @throws IOException if the directory cannot be written
     */
    public void write(T value) throws IOException {
        var draft = path.resolveSibling(path.getFileName() + ".new");
        Files.write(draft, AgentTaskJson.MAPPER.writeValueAsBytes(value));
        Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Reads the file; empty if it is not there.
     *
     * @throws IOException if it cannot be read, or holds something else
     */
    public Optional<T> read() throws IOException {
        try {
            return Optional.ofNullable(AgentTaskJson.MAPPER.readValue(Files.readAllBytes(path), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            throw new IOException(path + " does not hold a " + type.getSimpleName() + ": " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads the file.
     *
     * @throws IOException if it is not there, cannot be read, or holds something else
     */
    public T readExisting() throws IOException {
        return read().orElseThrow(() -> new NoSuchFileException(path.toString()));
    }
}
