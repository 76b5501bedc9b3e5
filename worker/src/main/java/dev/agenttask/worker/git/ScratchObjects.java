package dev.agenttask.worker.git;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jgit.lib.AbbreviatedObjectId;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.transport.PackParser;

/** Objects in memory, on top of those of a repository, which stays as it is. */
final class ScratchObjects extends ObjectInserter {

    private final ObjectReader stored;
    private final Map<ObjectId, ObjectLoader.SmallObject> made = new HashMap<>();

    ScratchObjects(ObjectReader stored) {
        this.stored = stored;
    }

    /** The bytes of an object that was made here, if it was. */
    Optional<byte[]> made(ObjectId id) {
        return Optional.ofNullable(made.get(id)).map(ObjectLoader.SmallObject::getCachedBytes);
    }

    @Override
    public ObjectId insert(int type, long length, InputStream in) throws IOException {
        var bytes = in.readNBytes(Math.toIntExact(length));
        var id = idFor(type, bytes);
        made.put(id, new ObjectLoader.SmallObject(type, bytes));
        return id;
    }

    @Override
    public ObjectReader newReader() {
        return new Reader();
    }

    @Override
    public PackParser newPackParser(InputStream in) {
        throw new UnsupportedOperationException("nothing is received here");
    }

    @Override
    public void flush() {
        // nothing is written
    }

    @Override
    public void close() {
        // nothing is held
    }

    /** Sees both. */
    private final class Reader extends ObjectReader {

        @Override
        public ObjectReader newReader() {
            return new Reader();
        }

        @Override
        public Collection<ObjectId> resolve(AbbreviatedObjectId id) throws IOException {
            return stored.resolve(id);
        }

        @Override
        public ObjectLoader open(AnyObjectId id, int typeHint) throws IOException {
            var own = made.get(id.toObjectId());
            return own == null ? stored.open(id, typeHint) : own;
        }

        @Override
        public Set<ObjectId> getShallowCommits() throws IOException {
            return stored.getShallowCommits();
        }

        @Override
        public void close() {
            // the stored ones are closed by who opened them
        }
    }
}
