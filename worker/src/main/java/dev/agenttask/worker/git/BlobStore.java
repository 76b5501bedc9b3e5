package dev.agenttask.worker.git;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jgit.attributes.Attributes;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.CoreConfig.EolStreamType;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.treewalk.TreeWalk.OperationType;
import org.eclipse.jgit.treewalk.WorkingTreeOptions;
import org.eclipse.jgit.util.io.EolStreamTypeUtil;

/** Puts the content of files into the vault. Ends of lines are made as the base's attributes say; filters never run. */
final class BlobStore {

    /** Up to here a file is read once, into memory, and its ends of lines are looked at. */
    private static final int IN_MEMORY = 4 << 20;

    private static final WorkingTreeOptions OPTIONS = new Config().get(WorkingTreeOptions.KEY);

    private final ObjectInserter inserter;
    private final ObjectReader reader;

    BlobStore(ObjectInserter inserter, ObjectReader reader) {
        this.inserter = inserter;
        this.reader = reader;
    }

    /**
     * Stores a file.
     *
     * @param content positioned at its start
     * @param size of the file when it was looked at; if it grows meanwhile the rest does not count
     * @param attributes of the file in the base
     * @param before what the base has at this path
     * @throws VaultException if the vault cannot be written
     * @throws IOException if the file cannot be read or has become shorter
     */
    ObjectId store(SeekableByteChannel content, long size, Attributes attributes, Optional<ObjectId> before)
            throws IOException {
        if (size > IN_MEMORY) {
            return storeLarge(content, size);
        }
        var bytes = read(content, (int) size);
        var id = inserter.idFor(Constants.OBJ_BLOB, bytes);
        if (before.isPresent() && before.get().equals(id)) {
            return id;
        }
        return insert(normalize(bytes, attributes, before));
    }

    /**
     * Stores the target of a symbolic link.
     *
     * @throws VaultException if the vault cannot be written
     */
    ObjectId storeLink(byte[] target) throws IOException {
        return insert(target);
    }

    private ObjectId insert(byte[] bytes) throws IOException {
        var id = inserter.idFor(Constants.OBJ_BLOB, bytes);
        try {
            return reader.has(id, Constants.OBJ_BLOB) ? id : inserter.insert(Constants.OBJ_BLOB, bytes);
        } catch (IOException e) {
            throw new VaultException(e);
        }
    }

    private ObjectId storeLarge(SeekableByteChannel content, long size) throws IOException {
        var id = inserter.idFor(Constants.OBJ_BLOB, size, stream(content));
        if (reader.has(id, Constants.OBJ_BLOB)) {
            return id;
        }
        content.position(0);
        try {
            return inserter.insert(Constants.OBJ_BLOB, size, stream(content));
        } catch (EOFException e) {
            throw e;
        } catch (IOException e) {
            throw new VaultException(e);
        }
    }

    private static InputStream stream(SeekableByteChannel content) {
        return Channels.newInputStream(content);
    }

    private static byte[] read(SeekableByteChannel content, int size) throws IOException {
        var buffer = ByteBuffer.allocate(size);
        while (buffer.hasRemaining() && content.read(buffer) >= 0) {
            continue;
        }
        return buffer.hasRemaining() ? Arrays.copyOf(buffer.array(), buffer.position()) : buffer.array();
    }

    private byte[] normalize(byte[] bytes, Attributes attributes, Optional<ObjectId> before) throws IOException {
        var type = EolStreamTypeUtil.detectStreamType(OperationType.CHECKIN_OP, OPTIONS, attributes);
        if (type == EolStreamType.DIRECT || !hasReturn(bytes)) {
            return bytes;
        }
        // As git does: text=auto leaves a file alone that was committed with CR LF.
        var auto = type == EolStreamType.AUTO_LF || type == EolStreamType.AUTO_CRLF;
        if (auto && before.isPresent() && hasReturn(blob(before.get()))) {
            return bytes;
        }
        try (var in = EolStreamTypeUtil.wrapInputStream(new ByteArrayInputStream(bytes), type)) {
            return in.readAllBytes();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private byte[] blob(ObjectId id) throws IOException {
        try {
            return reader.open(id, Constants.OBJ_BLOB).getCachedBytes(IN_MEMORY);
        } catch (LargeObjectException e) {
            return new byte[0];
        }
    }

    private static boolean hasReturn(byte[] bytes) {
        for (var b : bytes) {
            if (b == '\r') {
                return true;
            }
        }
        return false;
    }
}
